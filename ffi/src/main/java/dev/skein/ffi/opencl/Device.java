package dev.skein.ffi.opencl;

/**
 * A device. It belongs to the driver and needs no closing; what is made on it belongs to a
 * {@link Context}.
 */
public final class Device {

    private final Driver driver;
    private final Handle platform;
    private final Handle handle;
    private final DeviceInfo info;

    Device(Driver driver, Handle platform, Handle handle, DeviceInfo info) {
        this.driver = driver;
        this.platform = platform;
        this.handle = handle;
        this.info = info;
    }

    /** What it says about itself. */
    public DeviceInfo info() {
        return info;
    }

    /** A context of its own, in which buffers, programs and queues live. */
    public Context createContext() {
        return new Context(driver, this, driver.createContext(platform, handle));
    }

    Handle handle() {
        return handle;
    }

    @Override
    public String toString() {
        return "device " + info.name();
    }
}
