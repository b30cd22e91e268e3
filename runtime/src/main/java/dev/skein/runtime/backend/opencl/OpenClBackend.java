package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.opencl.Context;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.ffi.opencl.OpenClException;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.DeviceException;
import java.util.List;

/** Opens OpenCL devices of this machine. */
public final class OpenClBackend {
    private OpenClBackend() {
    }

    /**
     * Loads a plan on a device.
     *
     * @param index of the device, as {@code skein devices} numbers them
     * @throws DeviceException if there is no such device, or it cannot run the plan
     */
    public static GpuAccelerator open(int index, GpuLoad load) {
        OpenCl openCl;
        try {
            openCl = OpenCl.open().orElseThrow(DeviceException::new);
        } catch (OpenClException e) {
            throw new DeviceException("an OpenCL driver does not say what it has: "
                    + e.getMessage() + "; install another one, or remove it", e);
        }
        return open(openCl, index, KernelSources.of(load.plan().precision()), load);
    }

    static GpuAccelerator open(OpenCl openCl, int index, String source, GpuLoad load) {
        List<Device> devices = openCl.devices();
        if (index < 0 || index >= devices.size()) {
            throw new DeviceException("device opencl:" + index + ": this machine has opencl:0"
                    + (devices.size() > 1 ? " to opencl:" + (devices.size() - 1) : "")
                    + "; 'skein devices' lists them");
        }
        Device device = devices.get(index);
        String name = "opencl:" + index + " (" + device.info().name() + ")";
        Precision precision = load.plan().precision();
        if (!device.info().compiler() || precision.isExact() && !device.info().exactSingle()) {
            throw new DeviceException(name + (device.info().compiler()
                    ? " does not round binary32 division and square root correctly, or flushes"
                            + " subnormals; exact results need that: choose --precision fast"
                            + " or another device"
                    : " compiles no kernels: choose another device"));
        }
        return GpuAccelerator.open(device(device, name, source,
                KernelSources.options(precision)), load);
    }

    /** Without asking whether the device's arithmetic is exact. */
    static GpuDevice device(Device device, String name, String source) {
        return device(device, name, source, KernelSources.OPTIONS);
    }

    /** The same with other options of the compiler. */
    static GpuDevice device(Device device, String name, String source, List<String> options) {
        try {
            Context context = device.createContext();
            try {
                return new OpenClDevice(context, name, source, options);
            } catch (OpenClException e) {
                context.close();
                throw e;
            }
        } catch (OpenClException e) {
            throw new DeviceException(name + ": " + e.getMessage(), e);
        }
    }
}
