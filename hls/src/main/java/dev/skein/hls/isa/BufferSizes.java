package dev.skein.hls.isa;

/**
 * Capacities of a core's on-chip buffers.
 *
 * @param actBytes activation buffer
 * @param wgtBytes weight buffer
 * @param parBytes parameter buffer
 */
public record BufferSizes(int actBytes, int wgtBytes, int parBytes) {
    /** Capacity of a buffer, bytes. */
    public int bytes(Space space) {
        return switch (space) {
            case ACT -> actBytes;
            case WGT -> wgtBytes;
            case PAR -> parBytes;
        };
    }
}
