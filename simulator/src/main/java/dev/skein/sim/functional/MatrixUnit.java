package dev.skein.sim.functional;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.number.PackedRows;
import java.util.Arrays;

/** The MPE: MM and MV, which differ in time only. */
final class MatrixUnit implements Gang.Job {
    /** Multiplications below which handing over costs more than a second thread gains. */
    private static final long SHARE_ABOVE = 1 << 18;

    /** Pieces of a shared job: more than threads, so that a late one does less. */
    private static final int PIECES = 8;

    private final Products products;
    private final boolean share;
    private final MatrixJob job = new MatrixJob();
    private long[] scratch = new long[0];
    private final MatrixMultiplier multiplier;
    private boolean transposed;

    /** With a multiplier, or null for the processor's own products. */
    MatrixUnit(ExecutionMode mode, MatrixMultiplier multiplier) {
        this.multiplier = multiplier;
        products = mode.vector() ? new VectorProducts() : new ScalarProducts();
        share = mode.threads() > 1;
    }

    /** Does one instruction. */
    void execute(CoreState core, Instruction.Matrix i, Registers r) {
        int m = i.m().resolve(r);
        int n = i.n().resolve(r);
        int k = i.k().resolve(r);
        if (m <= 0 || n <= 0 || k <= 0) {
            return;
        }
        resolve(core, i, m, n, k, i.k().tileOffset(r));
        boolean tiled = i.k().mode() == Extent.Mode.TILE;
        if (tiled) {
            job.sums = core.accumulators(i.out(), Math.multiplyExact(m, n), r.iteration() == 0);
        } else {
            job.sums = cleared(Math.multiplyExact(m, n));
        }
        if (multiplier != null) {
            multiplier.multiply(operation(i), core.buffer(Space.ACT), core.buffer(Space.WGT),
                    job.sums);
        } else {
            multiply();
        }
        boolean last = !tiled || i.k().tileOffset(r) + k >= r.kept();
        if (last) {
            new Epilogue(i.scaled(), i.biased(), i.scale(), i.actScale(), i.actScaleStride(),
                    i.out() + 4L * i.n().tileOffset(r), i.outStride()).write(core, job.sums, m, n);
            if (tiled) {
                core.release(i.out());
            }
        }
    }

    private MatrixOperation operation(Instruction.Matrix i) {
        var kind = i instanceof Instruction.MatMat ? MatrixOperation.Kind.MM
                : MatrixOperation.Kind.MV;
        return new MatrixOperation(kind, job.m, job.n, job.k, job.actAt, job.actStride,
                job.weightAt, job.bits, job.groupSize, transposed, 0, 0);
    }

    private void multiply() {
        products.prepare(job);
        if (share && (long) job.m * job.n * job.k >= SHARE_ABOVE) {
            Gang.run(this, PIECES);
        } else {
            range(0, job.n, 0);
        }
    }

    private void resolve(CoreState core, Instruction.Matrix i, int m, int n, int k, int skipped) {
        transposed = i.transposed();
        job.m = m;
        job.n = n;
        job.k = k;
        job.bits = i.bits();
        job.group = i.group();
        job.groupSize = PackedRows.groupSize(i.group());
        job.act = core.bytes(Space.ACT);
        job.actStride = i.actStride();
        job.actAt = core.check(Space.ACT, i.act() + (long) skipped,
                (m - 1L) * i.actStride() + k);
        job.wgt = core.bytes(Space.WGT);
        int rows = transposed ? k : n;
        job.unitBytes = PackedRows.unitBytes(i.bits(), k);
        job.rowBytes = transposed ? PackedRows.align16(n)
                : PackedRows.rowBytes(i.bits(), i.group(), k);
        job.weightAt = core.check(Space.WGT, i.weight(), (long) rows * job.rowBytes);
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
        // in whole blocks of 16 columns
        long blocks = (job.n + 15) / 16;
        int from = (int) (blocks * index / PIECES) * 16;
        int to = Math.min(job.n, (int) (blocks * (index + 1) / PIECES) * 16);
        range(from, to, worker);
    }

    private void range(int from, int to, int worker) {
        if (from >= to) {
            return;
        }
        if (transposed) {
            products.columns(job, from, to);
        } else {
            products.rows(job, from, to, worker);
        }
    }
}
