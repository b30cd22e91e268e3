package dev.skein.hls.board;

/**
 * A group of DRAM channels addressed as one memory: byte {@code a} is on channel
 * {@code (a / stripe) % channels} at local address
 * {@code a / (stripe * channels) * stripe + a % stripe}, so that a contiguous range is contiguous
 * on every channel.
 *
 * @param channels in the group
 * @param channelBytes capacity of one channel
 * @param stripeBytes bytes on one channel before the next one follows
 * @param dram the channels
 */
public record OffChipMemory(int channels, long channelBytes, int stripeBytes, Dram dram) {

    /** Capacity of the group. */
    public long capacityBytes() {
        return Math.multiplyExact(channelBytes, channels);
    }

    /** The channel that holds a byte. */
    public int channel(long address) {
        return (int) (address / stripeBytes % channels);
    }

    /** Where the channel holds it. */
    public long local(long address) {
        return address / ((long) stripeBytes * channels) * stripeBytes + address % stripeBytes;
    }
}
