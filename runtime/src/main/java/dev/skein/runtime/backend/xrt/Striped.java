package dev.skein.runtime.backend.xrt;

import dev.skein.hls.board.OffChipMemory;

/**
 * A memory in stripes over its channels: which bytes of it a channel holds.
 *
 * @param stripeBytes bytes on one channel before the next one follows
 * @param channels that share the addresses
 */
record Striped(int stripeBytes, int channels) {

    static Striped of(OffChipMemory memory) {
        return new Striped(memory.stripeBytes(), memory.channels());
    }

    /** Bytes that a channel holds of those below an address of the memory. */
    long below(int channel, long address) {
        long round = (long) stripeBytes * channels;
        long rest = address % round - (long) channel * stripeBytes;
        return address / round * stripeBytes + Math.clamp(rest, 0, stripeBytes);
    }

    /** The address in the memory of a byte of a channel. */
    private long address(int channel, long local) {
        return local / stripeBytes * stripeBytes * channels + (long) channel * stripeBytes
                + local % stripeBytes;
    }

    /** Told of the pieces of a range of a channel: contiguous both there and in the memory. */
    interface Piece {
        /** {@code bytes} at {@code address} of the memory are those at {@code at} of the range. */
        void copy(long address, int at, int bytes);
    }

    /** Goes through a range of a channel, in order. */
    void pieces(int channel, long local, int bytes, Piece piece) {
        int at = 0;
        while (at < bytes) {
            long here = local + at;
            int n = (int) Math.min(bytes - at, stripeBytes - here % stripeBytes);
            piece.copy(address(channel, here), at, n);
            at += n;
        }
    }
}
