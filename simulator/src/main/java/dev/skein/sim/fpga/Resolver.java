package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.TransferRates;
import dev.skein.hls.board.VectorKind;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.RowRanges;

/** Turns an instruction and the registers into {@link Work}: pure functions, no time keeping. */
final class Resolver {
    private static final int WORD = 4;
    /** Columns of a step of SPMM and SPMV. */
    private static final int STEP = 16;

    private final Board board;
    private final int cores;

    /** For programs of this many cores. */
    Resolver(Board board, int cores) {
        this.board = board;
        this.cores = cores;
    }

    /** Resolves an instruction of a unit. */
    Operation resolve(Instruction i, Registers r, long[] bases) {
        return switch (i) {
            case Instruction.Load x -> transfer(x, x, r, bases, false,
                    board.control().rates().loadPercent(x.dstSpace()));
            case Instruction.Store x -> transfer(x, x, r, bases, true,
                    board.control().rates().storePercent());
            case Instruction.LoadGather x -> gather(x, r, bases);
            case Instruction.MatMat x -> matrix(x, x, r, bases, true);
            case Instruction.MatVec x -> matrix(x, x, r, bases, false);
            case Instruction.SparseMatMat x -> sparse(x, r, bases, true);
            case Instruction.SparseMatVec x -> sparse(x, r, bases, false);
            case Instruction.Norm x ->
                vector(x, r, bases, VectorKind.of(x), x.rows().resolve(r), x.cols());
            case Instruction.Quantise x -> vector(x, r, bases, VectorKind.QUANT,
                    x.rows().resolve(r), x.cols().resolve(r));
            case Instruction.Softmax x -> vector(x, r, bases, VectorKind.SOFTMAX,
                    x.rows().resolve(r), x.cols().resolve(r));
            case Instruction.Rope x -> vector(x, r, bases, VectorKind.ROPE, x.rows().resolve(r),
                    Math.multiplyExact(x.heads(), x.rotaryDim()));
            case Instruction.Ewise x -> vector(x, r, bases, VectorKind.of(x.fn()),
                    x.last() ? 1 : x.rows().resolve(r), x.cols());
            case Instruction.Broadcast x -> broadcast(x, r, bases);
            case Instruction.Barrier x -> new Operation(x, r, bases, new Work.Meet(), 0, 0, 0);
            case Instruction.Loop _, Instruction.EndLoop _, Instruction.SetBase _,
                Instruction.End _, Instruction.SetSpan _, Instruction.Repeat _,
                Instruction.EndRepeat _ -> throw new IllegalArgumentException(
                        i.opcode() + " is executed by the sequencer");
        };
    }

    /** Whether the sequencer lets everything it dispatched end before this instruction. */
    static boolean drains(Instruction i) {
        return switch (i) {
            case Instruction.Loop _, Instruction.EndLoop _, Instruction.End _ -> true;
            case Instruction.SetBase _, Instruction.SetSpan _, Instruction.Repeat _,
                Instruction.EndRepeat _, Instruction.Load _, Instruction.LoadGather _,
                Instruction.Store _, Instruction.MatMat _, Instruction.MatVec _,
                Instruction.SparseMatMat _, Instruction.SparseMatVec _,
                Instruction.Norm _, Instruction.Quantise _, Instruction.Softmax _,
                Instruction.Rope _, Instruction.Ewise _, Instruction.Broadcast _,
                Instruction.Barrier _ -> false;
        };
    }

    private static Operation transfer(Instruction i, Instruction.Transfer t, Registers r,
            long[] bases, boolean write, int percent) {
        long row0 = bases[t.base()] + t.offset() + (long) t.positionStride() * r.position();
        RowRanges rows = RowRanges.of(t.count(), r);
        var work = new Work.Transfer(t.memory(), row0 + rows.first() * t.rowBytes(),
                rows.count() * t.rowBytes(), row0 + rows.second() * t.rowBytes(),
                rows.secondCount() * t.rowBytes(), write,
                t.memory() == Memory.DDR ? TransferRates.FULL_PERCENT : percent);
        return new Operation(i, r, bases, work, 0, 0, work.allBytes());
    }

    private static Operation gather(Instruction.LoadGather g, Registers r, long[] bases) {
        int count = g.count().resolve(r);
        long base = bases[g.base()];
        return new Operation(g, r, bases,
                new Work.Gather(base + g.index(), base + g.offset(), g.rowBytes(), count), 0,
                0, (long) g.rowBytes() * count);
    }

    private Operation matrix(Instruction i, Instruction.Matrix x, Registers r, long[] bases,
            boolean mm) {
        int m = x.m().resolve(r);
        int n = x.n().resolve(r);
        int k = x.k().resolve(r);
        long cycles = mm ? board.mpe().mmCycles(m, n, k)
                : board.mpe().mvCycles(m, attends(x) ? padded(n) : n, k);
        long bytes = (long) m * k + (long) n * k * x.bits().bits() / 8 + (long) WORD * m * n;
        return new Operation(i, r, bases, new Work.Compute(cycles), (long) m * n * k, 0,
                bytes);
    }

    /** Scores and sums of attention: an operand is as long as the context. */
    private static boolean attends(Instruction.Matrix x) {
        return ofContext(x.n()) || ofContext(x.k());
    }

    private static boolean ofContext(Extent extent) {
        return switch (extent.mode()) {
            case CONTEXT, TILE -> true;
            case FIXED, TOKENS -> false;
        };
    }

    /** The compiler pads linear layers; here it depends on the length. */
    private int padded(int outputs) {
        int multiple = board.mapping().outputs();
        return Math.ceilDiv(outputs, multiple) * multiple;
    }

    /** A strip's steps stand for columns: the multiplexer feeds kept weights at the dense rate. */
    private Operation sparse(Instruction.SparseMatrix x, Registers r, long[] bases, boolean mm) {
        int m = x.m().resolve(r);
        int depth = STEP * x.steps();
        long cycles = mm ? board.mpe().spmmCycles(m, x.n(), x.steps())
                : board.mpe().spmvCycles(m, x.n(), x.steps());
        long bytes = (long) m * x.k() + x.scale() - x.weight() + (long) WORD * m * x.n();
        return new Operation(x, r, bases, new Work.Compute(cycles), (long) m * x.n() * depth, 0,
                bytes);
    }

    private Operation vector(Instruction i, Registers r, long[] bases, VectorKind kind, int rows,
            int cols) {
        long sweeps = board.sfu().costs().get(kind).passes();
        long elements = (long) rows * cols;
        return new Operation(i, r, bases, new Work.Compute(board.sfu().cycles(kind, rows, cols)),
                0, sweeps * elements, WORD * (sweeps + 1) * elements);
    }

    private Operation broadcast(Instruction.Broadcast b, Registers r, long[] bases) {
        long bytes = (long) WORD * b.rows().resolve(r) * b.cols();
        return new Operation(b, r, bases, new Work.Compute(board.sys().broadcastCycles(bytes)), 0,
                0, bytes * (1 + cores));
    }
}
