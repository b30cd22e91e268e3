package dev.skein.sim.functional;

import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The products as the contract states them. */
final class ScalarProducts implements Products {

    @Override
    public void prepare(MatrixJob job) {
        // x is read where it lies
    }

    @Override
    public void rows(MatrixJob job, int from, int to, int worker) {
        var wgt = MemorySegment.ofArray(job.wgt);
        for (int row = from; row < to; row++) {
            long at = job.weightAt + (long) row * job.rowBytes;
            byte[] w = PackedRows.unpack(wgt, at, job.bits, job.k);
            int[] scales = PackedRows.groupScales(wgt, at, job.bits, job.group, job.k);
            for (int i = 0; i < job.m; i++) {
                int x = job.actAt + i * job.actStride;
                job.sums[i * job.n + row] += Sfu.dot(Arrays.copyOfRange(job.act, x, x + job.k), w,
                        scales, job.groupSize);
            }
        }
    }

    @Override
    public void columns(MatrixJob job, int from, int to) {
        for (int i = 0; i < job.m; i++) {
            for (int j = 0; j < job.k; j++) {
                int x = job.act[job.actAt + i * job.actStride + j];
                int row = job.weightAt + j * job.rowBytes;
                for (int col = from; col < to; col++) {
                    job.sums[i * job.n + col] += x * job.wgt[row + col];
                }
            }
        }
    }
}
