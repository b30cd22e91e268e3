package dev.skein.sim.functional;

import dev.skein.hls.number.StripRows;
import java.lang.foreign.MemorySegment;

/** The products of strips as the contract states them. */
final class ScalarStrips implements StripProducts {

    @Override
    public void prepare(StripJob job) {
        // x is read where it lies
    }

    @Override
    public void strips(StripJob job, int from, int to, int worker) {
        var wgt = MemorySegment.ofArray(job.wgt);
        for (int strip = from; strip < to; strip++) {
            long at = job.weightAt + (long) strip * job.stripBytes;
            int first = strip * StripRows.ROWS;
            int[] scales = StripRows.groupScales(wgt, at, job.k, job.group);
            int groups = scales.length / StripRows.ROWS;
            try {
                StripRows.visit(wgt, at, job.k, (row, column, w) -> {
                    int scale = groups == 0 ? 1 : scales[row * groups + column / job.groupSize];
                    if (first + row < job.n) {
                        add(job, first + row, column, (long) scale * w);
                    }
                });
            } catch (IllegalArgumentException e) {
                throw new IllegalStateException("strip " + strip + ", " + e.getMessage(), e);
            }
        }
    }

    private static void add(StripJob job, int row, int column, long weight) {
        for (int i = 0; i < job.m; i++) {
            job.sums[i * job.n + row] += job.act[job.actAt + i * job.actStride + column] * weight;
        }
    }
}
