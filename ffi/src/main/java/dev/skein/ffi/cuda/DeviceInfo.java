package dev.skein.ffi.cuda;

/**
 * What a device says of itself.
 *
 * @param name of the vendor
 * @param major of its compute capability
 * @param minor of its compute capability
 * @param multiprocessors of it
 * @param clockMHz of them, peak; 0 where the driver no longer says
 * @param memoryBytes all of its memory
 * @param memoryClockMHz peak; 0 where the driver no longer says
 * @param memoryBusBits width
 */
public record DeviceInfo(String name, int major, int minor, int multiprocessors, int clockMHz,
        long memoryBytes, int memoryClockMHz, int memoryBusBits) {

    /** The name that compilers have for its code: {@code sm_90}. */
    public String architecture() {
        return "sm_" + major + minor;
    }
}
