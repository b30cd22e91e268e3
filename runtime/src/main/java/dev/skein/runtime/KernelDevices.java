package dev.skein.runtime;

import dev.skein.runtime.backend.cuda.CudaBackend;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.opencl.OpenClBackend;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import dev.skein.runtime.device.DeviceException;
import java.util.Optional;

/** The devices that run kernels, whichever library reaches them. */
final class KernelDevices {
    private KernelDevices() {
    }

    /**
     * Loads a plan.
     *
     * @throws DeviceException if there is no such device, or it cannot run the plan
     * @throws IllegalArgumentException if devices of this kind run no kernels
     */
    static GpuAccelerator open(DeviceChoice device, GpuLoad load) {
        return switch (device.kind()) {
            case OPENCL -> OpenClBackend.open(device.index(), load);
            case CUDA -> CudaBackend.open(device.index(), load);
            case SIM, REFERENCE, CSD, XRT -> throw new IllegalArgumentException("device " + device
                    + " runs no kernels");
        };
    }

    /** What a device reads, copies and computes, if that can be measured. */
    static Optional<DeviceSpeed> speed(DeviceChoice device) {
        try {
            return switch (device.kind()) {
                case OPENCL -> Optional.of(OpenClDevices.speed(device.index()));
                case CUDA -> Optional.of(CudaBackend.speed(device.index()));
                case SIM, REFERENCE, CSD, XRT -> Optional.empty();
            };
        } catch (DeviceException e) {
            return Optional.empty();
        }
    }
}
