package dev.skein.sim.functional;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Space;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * What a core holds on chip: its buffers and the accumulators of matrix instructions with a tiled
 * k. Buffers keep their content between steps.
 */
public final class CoreState {
    /** Bytes behind each buffer that whole vectors may read, but nothing writes. */
    static final int SLACK = 64;

    private final BufferSizes sizes;
    private final byte[][] buffers;
    /** By the address of out, which no two unfinished matrix instructions of a core share. */
    private final Map<Integer, long[]> accumulators = new HashMap<>();

    /** Zeroed buffers. */
    public CoreState(BufferSizes sizes) {
        this.sizes = sizes;
        buffers = new byte[Space.values().length][];
        for (Space space : Space.values()) {
            buffers[space.ordinal()] = new byte[Math.addExact(sizes.bytes(space), SLACK)];
        }
    }

    /** The content of a buffer: a view that follows the machine. */
    public MemorySegment buffer(Space space) {
        return MemorySegment.ofArray(bytes(space)).asSlice(0, sizes.bytes(space)).asReadOnly();
    }

    /** The buffer with {@value #SLACK} bytes behind it. */
    byte[] bytes(Space space) {
        return buffers[space.ordinal()];
    }

    /**
     * The first index of an operand of {@code n} bytes, checked against the buffer's capacity.
     *
     * @throws IllegalStateException if it does not fit
     */
    int check(Space space, long from, long n) {
        if (from < 0 || n < 0 || from > sizes.bytes(space) - n) {
            throw new IllegalStateException("access of " + n + " B at " + space + " address " + from
                    + ": the buffer has " + sizes.bytes(space) + " B");
        }
        return (int) from;
    }

    /** The accumulators {@code [size]} of the loop that writes to {@code out}; zeros at first. */
    long[] accumulators(int out, int size, boolean first) {
        if (first) {
            long[] fresh = new long[size];
            accumulators.put(out, fresh);
            return fresh;
        }
        long[] kept = accumulators.get(out);
        if (kept == null || kept.length != size) {
            throw new IllegalStateException("tiled k with out at ACT address " + out
                    + ": no accumulators of " + size + " from iteration 0");
        }
        return kept;
    }

    /** Forgets the accumulators of a finished loop. */
    void release(int out) {
        accumulators.remove(out);
    }
}
