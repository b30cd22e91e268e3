package dev.skein.hls.board;

/**
 * How the host reaches a card. Cards have links of their own and are served at once.
 *
 * @param gbps what a large transfer reaches, 10^9 bytes per second
 * @param transferMicros what a transfer takes however small it is, microseconds
 * @param startMicros from the request to start compute units to the news that they ended, less
 *     the time they ran, microseconds
 */
public record CardLink(double gbps, double transferMicros, double startMicros) {
    /** Time of so many transfers, one after the other, seconds. */
    public double seconds(int transfers, long bytes) {
        return transfers * transferMicros * 1e-6 + bytes / (gbps * 1e9);
    }

    /** What starting compute units costs, seconds. */
    public double startSeconds() {
        return startMicros * 1e-6;
    }
}
