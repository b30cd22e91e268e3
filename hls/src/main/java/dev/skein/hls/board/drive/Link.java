package dev.skein.hls.board.drive;

/**
 * PCIe and the NVMe front of a drive.
 *
 * @param rawGBps of each direction, packet overhead included
 * @param payloadBytes of a packet
 * @param overheadBytes of a packet: header, framing, checksum
 * @param latencyPicos from the last byte sent to its use on the other side
 * @param queueDepth commands that the host keeps outstanding
 * @param commandPicos what the drive's processor takes for a command
 * @param timeoutPicos after which the host asks for a completion that has not come
 */
public record Link(double rawGBps, int payloadBytes, int overheadBytes, long latencyPicos,
        int queueDepth, long commandPicos, long timeoutPicos) {
    /** Bytes of a submission queue entry (NVMe base specification). */
    public static final int COMMAND_BYTES = 64;
    /** Bytes of a completion queue entry (NVMe base specification). */
    public static final int COMPLETION_BYTES = 16;

    /** So many bytes of payload on the link, in packets; the last may be short. */
    public long transferPicos(long bytes) {
        long packets = Math.ceilDiv(bytes, payloadBytes);
        return Picos.ofBytes(bytes + packets * overheadBytes, rawGBps);
    }

    /** Payload in 10^9 bytes per second if every packet is full. */
    public double payloadGBps() {
        return rawGBps * payloadBytes / (payloadBytes + overheadBytes);
    }

    /** The same link with another number of outstanding commands. */
    public Link withQueueDepth(int commands) {
        return new Link(rawGBps, payloadBytes, overheadBytes, latencyPicos, commands,
                commandPicos, timeoutPicos);
    }

    /** The same link if its other end gives it no more than this rate. */
    public Link atMost(double gigabytesPerSecond) {
        return new Link(Math.min(rawGBps, gigabytesPerSecond), payloadBytes, overheadBytes,
                latencyPicos, queueDepth, commandPicos, timeoutPicos);
    }
}
