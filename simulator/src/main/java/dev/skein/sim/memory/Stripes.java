package dev.skein.sim.memory;

import dev.skein.hls.board.OffChipMemory;

/** The stripe map as ranges: which part of a contiguous range lies on which channel. */
public final class Stripes {
    private Stripes() {}

    /** The first byte of the access that holds this byte. */
    public static long roundDown(OffChipMemory memory, long address) {
        return address - address % memory.dram().accessBytes();
    }

    /** The end of the access that holds the byte before this one. */
    public static long roundUp(OffChipMemory memory, long address) {
        int access = memory.dram().accessBytes();
        return Math.ceilDiv(address, (long) access) * access;
    }

    /**
     * Bytes below an address that lie on a channel; so the part of {@code [a, b)} on the channel is
     * {@code [below(a), below(b))} in local addresses.
     */
    public static long below(OffChipMemory memory, int channel, long address) {
        long stripe = memory.stripeBytes();
        long turn = stripe * memory.channels();
        long rest = address % turn - channel * stripe;
        return address / turn * stripe + Math.clamp(rest, 0L, stripe);
    }
}
