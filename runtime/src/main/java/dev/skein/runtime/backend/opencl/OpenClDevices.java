package dev.skein.runtime.backend.opencl;

import dev.skein.ffi.Answer;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.DeviceInfo;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.ffi.opencl.OpenClException;
import dev.skein.ffi.opencl.Platform;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.device.DeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The OpenCL devices of this machine, as {@code skein devices} lists them. */
public final class OpenClDevices {
    private static final List<String> OPTIONS = List.of("-cl-std=CL1.2");
    /** Part of the memory that a buffer of the measurement takes, at most. */
    private static final int SHARE = 8;

    /**
     * A device.
     *
     * @param index its number among all of them
     * @param platform whose driver it is
     * @param type gpu, cpu, accelerator or other
     * @param half whether kernels may compute with binary16
     * @param speed if it was measured
     * @param problem why it could not be measured, in a sentence
     */
    public record Entry(int index, String platform, String name, String vendor, String version,
            String type, int computeUnits, int clockMHz, long memoryBytes, boolean half,
            Optional<DeviceSpeed> speed, Optional<String> problem) {}

    private OpenClDevices() {}

    /** All of them, or what is missing. */
    public static Answer<List<Entry>> list(boolean measure) {
        try {
            return OpenCl.open().then(openCl -> new Answer.Found<>(list(openCl, measure)));
        } catch (OpenClException e) {
            return new Answer.Missing<>("an OpenCL driver does not say what it has: "
                    + e.getMessage() + "; install another one, or remove it");
        }
    }

    /**
     * Measures one.
     *
     * @param index of the device, as {@link #list} numbers them
     * @throws DeviceException if it cannot be opened, refuses something or computes wrongly
     */
    public static DeviceSpeed speed(int index) {
        try {
            return speed(OpenCl.open().orElseThrow(DeviceException::new).devices().get(index));
        } catch (OpenClException | IllegalStateException e) {
            throw new DeviceException("opencl:" + index + ": " + e.getMessage(), e);
        }
    }

    private static List<Entry> list(OpenCl openCl, boolean measure) {
        List<Entry> entries = new ArrayList<>();
        for (Platform platform : openCl.platforms()) {
            for (Device device : platform.devices()) {
                entries.add(describe(entries.size(), platform, device, measure));
            }
        }
        return List.copyOf(entries);
    }

    private static DeviceSpeed speed(Device device) {
        DeviceInfo info = device.info();
        try (GpuDevice opened = OpenClBackend.device(device, info.name(), DeviceSpeed.source(),
                OPTIONS)) {
            return DeviceSpeed.measure(opened,
                    Math.min(info.maxBufferBytes(), info.globalMemoryBytes() / SHARE));
        }
    }

    private static Entry describe(int index, Platform platform, Device device, boolean measure) {
        Optional<DeviceSpeed> speed = Optional.empty();
        Optional<String> problem = Optional.empty();
        if (measure) {
            try {
                speed = Optional.of(speed(device));
            } catch (OpenClException | DeviceException | IllegalStateException e) {
                problem = Optional.of(e.getMessage());
            }
        }
        DeviceInfo info = device.info();
        return new Entry(index, platform.name(), info.name(), info.vendor(), info.version(),
                info.type().name().toLowerCase(Locale.ROOT), info.computeUnits(),
                info.clockMHz(), info.globalMemoryBytes(), info.hasHalf(), speed, problem);
    }
}
