package dev.skein.hls.board;

/**
 * A group of DRAM channels addressed as one memory by a core: byte {@code a} is on channel
 * {@code (a / stripe) % channels} at local address
 * {@code a / (stripe * channels) * stripe + a % stripe}, so that a contiguous range is contiguous
 * on every channel.
 *
 * @param firstChannel number of the group's first channel on the card; the others follow
 * @param channels in the group; 0 if the core has no such memory
 * @param ports AXI ports the core reads the group through, at most one a channel; port p is the one
 *     of channel firstChannel + p, and channel c of the group is read through port c % ports
 * @param channelBytes capacity of one channel
 * @param stripeBytes bytes on one channel before the next one follows
 * @param crossingCycles kernel cycles for the way to the ports of the card and back, SLR crossings
 *     of this core
 * @param dram the channels
 */
public record OffChipMemory(int firstChannel, int channels, int ports, long channelBytes,
        int stripeBytes, int crossingCycles, Dram dram) {

    /** A group with a port a channel. */
    public static OffChipMemory local(int firstChannel, int channels, long channelBytes,
            int stripeBytes, int crossingCycles, Dram dram) {
        return new OffChipMemory(firstChannel, channels, channels, channelBytes, stripeBytes,
                crossingCycles, dram);
    }

    /** Capacity of the group. */
    public long capacityBytes() {
        return Math.multiplyExact(channelBytes, channels);
    }

    /** The channel of the group that holds a byte. */
    public int channel(long address) {
        return (int) (address / stripeBytes % channels);
    }

    /** Where the channel holds it. */
    public long local(long address) {
        return address / ((long) stripeBytes * channels) * stripeBytes + address % stripeBytes;
    }
}
