package dev.skein.runtime.suite;

import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.backend.cuda.CudaBackend;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.opencl.OpenClBackend;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import dev.skein.runtime.device.DeviceException;
import java.util.List;

/** A device that the suite measures. */
interface SuiteDevice {

    /** What it calls itself. */
    String name();

    /** Library, driver and their versions. */
    String driver();

    /** What it reads, copies and computes. */
    DeviceSpeed speed();

    /** Puts a model on it. */
    GpuAccelerator open(GpuLoad load);

    /**
     * The device of a choice.
     *
     * @throws IllegalArgumentException if the suite does not measure such
     * @throws DeviceException if there is none
     */
    static SuiteDevice of(DeviceChoice choice) {
        return switch (choice.kind()) {
            case OPENCL -> openCl(choice.index());
            case CUDA -> cuda(choice.index());
            case SIM, REFERENCE, CSD, XRT -> throw new IllegalArgumentException("device "
                    + choice.kind() + ": the suite measures --device opencl and cuda");
        };
    }

    private static SuiteDevice cuda(int index) {
        String name = CudaBackend.deviceName(index);
        return new SuiteDevice() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public String driver() {
                return "CUDA " + CudaBackend.version();
            }

            @Override
            public DeviceSpeed speed() {
                return CudaBackend.speed(index);
            }

            @Override
            public GpuAccelerator open(GpuLoad load) {
                return CudaBackend.open(index, load);
            }
        };
    }

    private static SuiteDevice openCl(int index) {
        List<OpenClDevices.Entry> all = OpenClDevices.list(false)
                .orElseThrow(DeviceException::new);
        if (index >= all.size()) {
            throw new DeviceException("device opencl:" + index + ": this machine has " + all.size()
                    + " OpenCL devices; 'skein devices' lists them");
        }
        OpenClDevices.Entry entry = all.get(index);
        return new SuiteDevice() {
            @Override
            public String name() {
                return entry.name();
            }

            @Override
            public String driver() {
                return entry.platform() + ", " + entry.version();
            }

            @Override
            public DeviceSpeed speed() {
                return OpenClDevices.speed(index);
            }

            @Override
            public GpuAccelerator open(GpuLoad load) {
                return OpenClBackend.open(index, load);
            }
        };
    }
}
