package dev.skein.hls.isa;

import dev.skein.hls.isa.Instruction.Matrix;
import dev.skein.hls.isa.Instruction.Transfer;

/** Works out the accesses of instructions for one evaluation of the extents. */
final class Accesses {
    private final Lengths lengths;
    private final AccessSink sink;
    private String field = "";

    Accesses(Lengths lengths, AccessSink sink) {
        this.lengths = lengths;
        this.sink = sink;
    }

    /** Reports every access; none with an empty interval. */
    void visit(Instruction instruction) {
        switch (instruction) {
            case Instruction.Load i -> {
                transfer(i, false);
                bytes("dst", i.dstSpace(), i.dst(), size(i), true);
            }
            case Instruction.Store i -> {
                bytes("src", i.srcSpace(), i.src(), size(i), false);
                transfer(i, true);
            }
            case Instruction.LoadGather i -> gather(i);
            case Instruction.MatMat i -> matrix(i);
            case Instruction.MatVec i -> matrix(i);
            case Instruction.SparseMatrix i -> sparse(i);
            case Instruction.Norm i -> norm(i);
            case Instruction.Quantise i -> quantise(i);
            case Instruction.Softmax i -> {
                rows("data", Space.ACT, i.data(), i.stride(), i.rows(), words(i.cols()), false);
                rows("data", Space.ACT, i.data(), i.stride(), i.rows(), words(i.cols()), true);
            }
            case Instruction.Rope i -> rope(i);
            case Instruction.Ewise i -> ewise(i);
            case Instruction.Broadcast i ->
                rows("src", Space.ACT, i.src(), i.srcStride(), i.rows(), 4L * i.cols(), false);
            case Instruction.Barrier i -> bytes("gather", Space.ACT, i.gather(), i.bytes(), true);
            case Instruction.Loop _, Instruction.EndLoop _, Instruction.SetBase _,
                    Instruction.End _, Instruction.SetSpan _, Instruction.Repeat _,
                    Instruction.EndRepeat _ -> { }
        }
    }

    /** The operand whose access the sink is being told. */
    String field() {
        return field;
    }

    /** What a broadcast writes in the activation buffer of every core. */
    void broadcastTarget(Instruction.Broadcast i) {
        rows("dst", Space.ACT, i.dst(), i.dstStride(), i.rows(), 4L * i.cols(), true);
    }

    private void transfer(Transfer t, boolean write) {
        long start = t.offset() + Lengths.times(t.positionStride(), lengths.minPosition());
        if (lengths.exact() != null) {
            RowRanges rows = RowRanges.of(t.count(), lengths.exact());
            range(t, start, rows.first(), rows.count(), write);
            range(t, start, rows.second(), rows.secondCount(), write);
            return;
        }
        long from = start + Lengths.times(lengths.first(t.count()), t.rowBytes());
        long to = t.offset() + lengths.reach(t.positionStride(), t.count(), t.rowBytes());
        if (lengths.count(t.count()) > 0 && to > from) {
            field = "offset";
            sink.offChip(t.memory(), t.base(), from, to, write);
        }
    }

    private void range(Transfer t, long start, long first, long count, boolean write) {
        if (count > 0 && t.rowBytes() > 0) {
            long from = start + Lengths.times(first, t.rowBytes());
            field = "offset";
            sink.offChip(t.memory(), t.base(), from, from + Lengths.times(count, t.rowBytes()),
                    write);
        }
    }

    private long size(Transfer t) {
        return Lengths.times(Math.max(0, lengths.count(t.count())), t.rowBytes());
    }

    private void gather(Instruction.LoadGather i) {
        long ids = Lengths.times(lengths.count(i.count()), 4);
        field = "index";
        sink.offChip(Memory.DDR, i.base(), i.index(), i.index() + ids, false);
        field = "offset";
        sink.offChip(Memory.DDR, i.base(), i.offset(), i.offset() + i.rowBytes(), false);
        rows("dst", Space.ACT, i.dst(), i.dstStride(), i.count(), i.rowBytes(), true);
    }

    private void matrix(Matrix i) {
        long n = lengths.count(i.n());
        long k = lengths.count(i.k());
        if (n <= 0 || k <= 0) {
            return;
        }
        long skipped = lengths.first(i.k());
        long end = skipped + Lengths.align16(lengths.end(i.k()) - skipped);
        rows("act", Space.ACT, i.act() + skipped, i.actStride(), i.m(), end - skipped, false);
        rows("actScale", Space.ACT, i.actScale(), i.actScaleStride(), i.m(), 4, false);
        bytes("weight", Space.WGT, i.weight(), i.transposed()
                ? Lengths.times(k, Lengths.align16(n))
                : Lengths.times(n, Footprint.rowStride(i.bits(), i.group(), k)), false);
        if (i.scaled()) {
            bytes("scale", Space.WGT, i.scale(), 4 * n, false);
        }
        if (i.biased()) {
            // The biases follow the scales, so they move with n.
            long first = 4 * lengths.least(i.n());
            bytes("biased", Space.WGT, i.scale() + first, 8 * n - first, false);
        }
        long out = 4 * lengths.first(i.n());
        rows("out", Space.ACT, i.out() + out, i.outStride(), i.m(),
                4 * lengths.end(i.n()) - out, true);
    }

    private void sparse(Instruction.SparseMatrix i) {
        rows("act", Space.ACT, i.act(), i.actStride(), i.m(), Lengths.align16(i.k()), false);
        rows("actScale", Space.ACT, i.actScale(), i.actScaleStride(), i.m(), 4, false);
        long scales = (i.biased() ? 8L : 4L) * i.n();
        bytes("weight", Space.WGT, i.weight(), i.scale() - i.weight() + scales, false);
        rows("out", Space.ACT, i.out(), i.outStride(), i.m(), 4L * i.n(), true);
    }

    private void norm(Instruction.Norm i) {
        rows("src", Space.ACT, i.src(), i.srcStride(), i.rows(), 4L * i.cols(), false);
        bytes("weight", Space.PAR, i.weight(), 4L * i.cols(), false);
        if (i.kind() == NormKind.LAYER) {
            bytes("bias", Space.PAR, i.bias(), 4L * i.cols(), false);
        }
        rows("dst", Space.ACT, i.dst(), i.dstStride(), i.rows(), 4L * i.cols(), true);
    }

    private void quantise(Instruction.Quantise i) {
        rows("src", Space.ACT, i.src(), i.srcStride(), i.rows(), words(i.cols()), false);
        if (i.multiply()) {
            bytes("multiplier", Space.WGT, i.multiplier(), words(i.cols()), false);
        }
        rows("dst", Space.ACT, i.dst(), i.dstStride(), i.rows(),
                Lengths.align16(lengths.count(i.cols())), true);
        rows("scale", Space.ACT, i.scale(), i.scaleStride(), i.rows(), 4, true);
    }

    private void rope(Instruction.Rope i) {
        long row = 4L * i.heads() * i.headDim();
        rows("data", Space.ACT, i.data(), i.stride(), i.rows(), row, false);
        bytes("table", Space.PAR, i.table(),
                Lengths.times(lengths.count(i.rows()), 4L * i.rotaryDim()), false);
        rows("data", Space.ACT, i.data(), i.stride(), i.rows(), row, true);
    }

    private void ewise(Instruction.Ewise i) {
        operand("a", Space.ACT, i.a(), i.aStride(), i);
        if (i.fn().binary()) {
            operand("b", i.bSpace(), i.b(), i.bStride(), i);
        }
        rows("out", Space.ACT, i.out(), i.outStride(), i.rows(), 4L * i.cols(), true);
    }

    private void operand(String name, Space space, int address, int stride,
            Instruction.Ewise i) {
        if (i.last()) {
            long from = address + Lengths.times(stride, lengths.minLast());
            long to = address + Lengths.times(stride, lengths.maxLast()) + 4L * i.cols();
            bytes(name, space, from, to - from, false);
        } else {
            rows(name, space, address, stride, i.rows(), 4L * i.cols(), false);
        }
    }

    private long words(Extent cols) {
        return 4 * Math.max(0, lengths.count(cols));
    }

    private void rows(String name, Space space, long address, long stride, Extent rows,
            long rowBytes, boolean write) {
        long count = lengths.count(rows);
        if (count > 0) {
            bytes(name, space, address, Lengths.times(count - 1, stride) + rowBytes, write);
        }
    }

    private void bytes(String name, Space space, long address, long size, boolean write) {
        if (size > 0) {
            field = name;
            sink.onChip(space, address, address + size, write);
        }
    }
}
