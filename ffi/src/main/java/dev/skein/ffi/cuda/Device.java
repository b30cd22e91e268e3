package dev.skein.ffi.cuda;

/**
 * A device of CUDA.
 *
 * @param driver how to reach it
 * @param handle of the driver
 * @param info what it says of itself
 */
public record Device(Cuda driver, int handle, DeviceInfo info) {

    /** A use of its primary context, confined to this thread. */
    public Context createContext() {
        return new Context(driver.driver(), this);
    }
}
