package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The check of all headers of a job: a table look-up and an addition a block. */
final class StripHeaders {
    private static final int BYTES_SHIFT = 32;

    /** By header byte: payload bytes above, eighths of a step below; negative if unknown. */
    private static final long[] COST = cost();

    private StripHeaders() {
    }

    private static long[] cost() {
        long[] out = new long[256];
        Arrays.fill(out, -1);
        for (SparsePattern p : SparsePattern.values()) {
            for (WeightBits bits : WeightBits.values()) {
                var c = new BlockClass(p, bits);
                out[c.code()] = (long) c.bytes() << BYTES_SHIFT | p.eighths();
            }
        }
        return out;
    }

    /**
     * Compares the headers with what the instruction says, and notes the payload of each strip.
     *
     * @throws IllegalStateException naming strip and block
     */
    static void check(StripJob job, int strips) {
        if (job.payloadBytes.length < strips) {
            job.payloadBytes = new int[strips];
        }
        int blocks = StripRows.blocks(job.k);
        int others = blocks + StripRows.groupBytes(job.group, job.k);
        for (int strip = 0; strip < strips; strip++) {
            int at = job.weightAt + strip * job.stripBytes;
            long sum = 0;
            long all = 0;
            for (int b = 0; b < blocks; b++) {
                long cost = COST[job.wgt[at + b] & 0xff];
                sum += cost;
                all |= cost;
            }
            long bytes = sum >>> BYTES_SHIFT;
            long steps = Math.max(1, Math.ceilDiv(sum & (1L << BYTES_SHIFT) - 1, 8));
            if ((bytes + others + StripRows.ALIGN - 1 & -StripRows.ALIGN) != job.stripBytes
                    || steps != job.steps || all < 0) {
                refuse(job, strip, at);
            }
            job.payloadBytes[strip] = (int) bytes;
        }
    }

    private static void refuse(StripJob job, int strip, int at) {
        try {
            StripRows.check(MemorySegment.ofArray(job.wgt), at, job.k, job.group, job.stripBytes,
                    job.steps);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("strip " + strip + ", " + e.getMessage(), e);
        }
        throw new IllegalStateException("strip " + strip + ", its header gives another size");
    }
}
