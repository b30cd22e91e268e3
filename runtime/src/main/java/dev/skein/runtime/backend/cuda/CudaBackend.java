package dev.skein.runtime.backend.cuda;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.cuda.Context;
import dev.skein.ffi.cuda.Cuda;
import dev.skein.ffi.cuda.CudaException;
import dev.skein.ffi.cuda.Device;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.DeviceException;
import java.util.List;

/** Opens CUDA devices of this machine. */
public final class CudaBackend {
    /** Part of the memory that a buffer of the measurement takes, at most. */
    private static final int SHARE = 8;
    private static final int OLDEST = 8;

    private CudaBackend() {
    }

    /**
     * Loads a plan on a device.
     *
     * @param index of the device, as {@code skein devices} numbers them
     * @throws DeviceException if there is no such device, or it cannot run the plan
     */
    public static GpuAccelerator open(int index, GpuLoad load) {
        return open(cuda(), index, load);
    }

    static GpuAccelerator open(Cuda cuda, int index, GpuLoad load) {
        Device device = device(cuda, index);
        Precision precision = load.plan().precision();
        return GpuAccelerator.open(device(device, name(device, index),
                KernelSources.of(precision), precision), load);
    }

    /**
     * What a device reads, copies and computes in a second.
     *
     * @throws DeviceException if it cannot be opened, refuses something or computes wrongly
     */
    public static DeviceSpeed speed(int index) {
        Device device = device(cuda(), index);
        try (GpuDevice opened = device(device, name(device, index), DeviceSpeed.source(),
                Precision.EXACT)) {
            return DeviceSpeed.measure(opened, device.info().memoryBytes() / SHARE);
        } catch (CudaException | IllegalStateException e) {
            throw new DeviceException("cuda:" + index + ": " + e.getMessage(), e);
        }
    }

    /** The name that a device has for itself. */
    public static String deviceName(int index) {
        return device(cuda(), index).info().name();
    }

    /** The version of CUDA that the driver knows. */
    public static String version() {
        return cuda().version();
    }

    private static Cuda cuda() {
        return Cuda.open().orElseThrow(DeviceException::new);
    }

    private static String name(Device device, int index) {
        return "cuda:" + index + " (" + device.info().name() + ")";
    }

    private static Device device(Cuda cuda, int index) {
        List<Device> devices = cuda.devices();
        if (index < 0 || index >= devices.size()) {
            throw new DeviceException("device cuda:" + index + ": this machine has cuda:0"
                    + (devices.size() > 1 ? " to cuda:" + (devices.size() - 1) : "")
                    + "; 'skein devices' lists them");
        }
        Device device = devices.get(index);
        if (device.info().major() < OLDEST) {
            throw new DeviceException(name(device, index) + " is of architecture "
                    + device.info().architecture() + "; kernels need sm_80 or newer: choose another"
                    + " device, or --device opencl");
        }
        return device;
    }

    private static GpuDevice device(Device device, String name, String source,
            Precision precision) {
        try {
            Context context = device.createContext();
            try {
                return new CudaDevice(context, name, source, precision);
            } catch (CudaException e) {
                context.close();
                throw e;
            }
        } catch (CudaException e) {
            throw new DeviceException(name + ": " + e.getMessage(), e);
        }
    }
}
