package dev.skein.ffi.opencl;

/**
 * When a command went through its states, by the clock of the device.
 *
 * @param queuedNanos enqueued by the host
 * @param submittedNanos handed to the device
 * @param startedNanos began
 * @param endedNanos ended
 */
public record EventTimes(
        long queuedNanos, long submittedNanos, long startedNanos, long endedNanos) {

    /** How long the device worked. */
    public long runNanos() {
        return endedNanos - startedNanos;
    }
}
