package dev.skein.sim.functional;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;

/** The MPE with sparse weights: SPMM and SPMV, which differ in time only. */
final class StripUnit implements Gang.Job {
    /** Dense multiplications below which handing over costs more than a second thread gains. */
    private static final long SHARE_ABOVE = 1 << 18;

    /** Pieces of a shared job: more than threads, so that a late one does less. */
    private static final int PIECES = 8;

    private final StripProducts products;
    private final boolean share;
    private final StripJob job = new StripJob();
    private final MatrixMultiplier multiplier;
    private long[] scratch = new long[0];

    /** With a multiplier, or null for the processor's own products. */
    StripUnit(ExecutionMode mode, MatrixMultiplier multiplier) {
        this.multiplier = multiplier;
        products = mode.vector() ? new VectorStrips() : new ScalarStrips();
        share = mode.threads() > 1;
    }

    /**
     * Does one instruction.
     *
     * @throws IllegalStateException if a strip is not what the instruction says, or not a strip
     */
    void execute(CoreState core, Instruction.SparseMatrix i, Registers r) {
        int m = i.m().resolve(r);
        if (m <= 0) {
            return;
        }
        resolve(core, i, m);
        int strips = StripRows.strips(job.n);
        StripHeaders.check(job, strips);
        if (multiplier != null) {
            multiplier.multiply(operation(i), core.buffer(Space.ACT), core.buffer(Space.WGT),
                    job.sums);
        } else {
            multiply(strips);
        }
        new Epilogue(true, i.biased(), i.scale(), i.actScale(), i.actScaleStride(), i.out(),
                i.outStride()).write(core, job.sums, m, job.n);
    }

    private MatrixOperation operation(Instruction.SparseMatrix i) {
        var kind = i instanceof Instruction.SparseMatMat ? MatrixOperation.Kind.SPMM
                : MatrixOperation.Kind.SPMV;
        return new MatrixOperation(kind, job.m, job.n, job.k, job.actAt, job.actStride,
                job.weightAt, WeightBits.W8, job.groupSize, false, job.stripBytes, job.steps);
    }

    private void multiply(int strips) {
        products.prepare(job);
        if (share && (long) job.m * job.n * StripRows.BLOCK * job.steps >= SHARE_ABOVE) {
            Gang.run(this, PIECES);
        } else {
            products.strips(job, 0, strips, 0);
        }
    }

    private void resolve(CoreState core, Instruction.SparseMatrix i, int m) {
        job.m = m;
        job.n = i.n();
        job.k = i.k();
        job.group = i.group();
        job.groupSize = PackedRows.groupSize(i.group());
        job.stripBytes = i.stripBytes();
        job.steps = i.steps();
        job.act = core.bytes(Space.ACT);
        job.actStride = i.actStride();
        job.actAt = core.check(Space.ACT, i.act(), (m - 1L) * i.actStride() + i.k());
        job.wgt = core.bytes(Space.WGT);
        job.weightAt = core.check(Space.WGT, i.weight(), i.scale() - i.weight());
        job.sums = cleared(Math.multiplyExact(m, job.n));
    }

    private long[] cleared(int size) {
        if (scratch.length < size) {
            scratch = new long[size];
        } else {
            Arrays.fill(scratch, 0, size, 0);
        }
        return scratch;
    }

    @Override
    public void piece(int index, int worker) {
        long strips = StripRows.strips(job.n);
        products.strips(job, (int) (strips * index / PIECES),
                (int) (strips * (index + 1) / PIECES), worker);
    }
}
