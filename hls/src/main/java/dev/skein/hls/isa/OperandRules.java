package dev.skein.hls.isa;

/** The rules of a single instruction: strides, sizes and combinations of fields. */
final class OperandRules {
    /** Largest resolved n and k of a matrix instruction: what the hardware's counters hold. */
    static final int MATRIX_SIDE = (1 << 18) - 1;

    /** A 16 x 16 block of a strip in which every weight is kept with 8 bits. */
    static final int MOST_BLOCK_BYTES = 256;

    /** Receives a broken rule. */
    interface Fault {
        /** The exception for a field of the instruction being checked. */
        ProgramException of(String field, String problem);
    }

    private final Lengths lengths;
    private final Registers[] corners;
    private final Fault fault;

    OperandRules(Limits limits, Fault fault) {
        this.lengths = Lengths.within(limits);
        this.corners = limits.corners();
        this.fault = fault;
    }

    void check(Instruction instruction) {
        switch (instruction) {
            case Instruction.Load i -> atLeast("rowBytes", i.rowBytes(), 1);
            case Instruction.Store i -> atLeast("rowBytes", i.rowBytes(), 1);
            case Instruction.LoadGather i -> {
                atLeast("rowBytes", i.rowBytes(), 1);
                stride("dstStride", i.dstStride(), i.count(), i.rowBytes());
            }
            case Instruction.MatMat i -> matrix(i);
            case Instruction.MatVec i -> matrix(i);
            case Instruction.SparseMatrix i -> sparse(i);
            case Instruction.Norm i -> {
                stride("srcStride", i.srcStride(), i.rows(), words(i.cols()));
                stride("dstStride", i.dstStride(), i.rows(), words(i.cols()));
                Block dst = block(i.dst(), i.dstStride(), i.rows(), words(i.cols()));
                inPlaceOrApart("dst", dst,
                        block(i.src(), i.srcStride(), i.rows(), words(i.cols())));
                finite("eps", i.eps());
                if (i.eps() < 0) {
                    throw fault.of("eps", i.eps() + "; not negative");
                }
            }
            case Instruction.Quantise i -> {
                long cols = lengths.count(i.cols());
                stride("srcStride", i.srcStride(), i.rows(), 4 * cols);
                stride("dstStride", i.dstStride(), i.rows(), Lengths.align16(cols));
                stride("scaleStride", i.scaleStride(), i.rows(), 4);
                Block src = block(i.src(), i.srcStride(), i.rows(), 4 * cols);
                Block dst = block(i.dst(), i.dstStride(), i.rows(), Lengths.align16(cols));
                Block scale = block(i.scale(), i.scaleStride(), i.rows(), 4);
                apart("dst", dst, src);
                apart("scale", scale, src);
                apart("scale", scale, dst);
            }
            case Instruction.Softmax i -> softmax(i);
            case Instruction.Rope i -> rope(i);
            case Instruction.Ewise i -> ewise(i);
            case Instruction.Broadcast i -> {
                stride("srcStride", i.srcStride(), i.rows(), words(i.cols()));
                stride("dstStride", i.dstStride(), i.rows(), words(i.cols()));
            }
            case Instruction.Barrier _, Instruction.Loop _, Instruction.EndLoop _,
                    Instruction.SetBase _, Instruction.End _, Instruction.SetSpan _,
                    Instruction.Repeat _, Instruction.EndRepeat _ -> { }
        }
    }

    private void matrix(Instruction.Matrix i) {
        side("n", i.n());
        side("k", i.k());
        if (i.transposed() && i.bits() != WeightBits.W8) {
            throw fault.of("bits", i.bits() + " with transposed; only W8 can be transposed");
        }
        if (i.transposed() && i.group() != 0) {
            throw fault.of("group", "code " + i.group() + " with transposed; use 0, no groups");
        }
        if (i.transposed() && i.scaled()) {
            throw fault.of("scaled", "true with transposed; rows of scales need w as [n, k]");
        }
        if (i.biased() && !i.scaled()) {
            throw fault.of("biased", "true without scaled; biases lie behind the scales");
        }
        stride("actStride", i.actStride(), i.m(), Lengths.align16(lengths.end(i.k())));
        stride("actScaleStride", i.actScaleStride(), i.m(), 4);
        stride("outStride", i.outStride(), i.m(), 4 * lengths.end(i.n()));
        Block out = block(i.out(), i.outStride(), i.m(), 4 * lengths.end(i.n()));
        apart("out", out, block(i.act(), i.actStride(), i.m(),
                Lengths.align16(lengths.end(i.k()))));
        apart("out", out, block(i.actScale(), i.actScaleStride(), i.m(), 4));
    }

    /** Blocks are 16 x 16; what a strip consists of is in {@code hls.number.StripRows}. */
    private void sparse(Instruction.SparseMatrix i) {
        atLeast("n", i.n(), 1);
        atLeast("k", i.k(), 1);
        int blocks = Math.ceilDiv(i.k(), 16);
        long groups = i.group() == 0 ? 0 : Math.ceilDiv(16L * blocks, 8L << i.group());
        long least = Lengths.align16(blocks + 16 * groups);
        long most = Lengths.align16(blocks + 16 * groups + (long) MOST_BLOCK_BYTES * blocks);
        if (i.stripBytes() < least || i.stripBytes() > most) {
            throw fault.of("stripBytes", i.stripBytes() + " for " + blocks + " blocks and "
                    + 16 * groups + " group scales; " + least + " to " + most);
        }
        if (i.steps() < 1 || i.steps() > blocks) {
            throw fault.of("steps", i.steps() + " for " + blocks + " blocks; 1 to " + blocks);
        }
        stride("actStride", i.actStride(), i.m(), Lengths.align16(i.k()));
        stride("actScaleStride", i.actScaleStride(), i.m(), 4);
        stride("outStride", i.outStride(), i.m(), 4L * i.n());
        Block out = block(i.out(), i.outStride(), i.m(), 4L * i.n());
        apart("out", out, block(i.act(), i.actStride(), i.m(), Lengths.align16(i.k())));
        apart("out", out, block(i.actScale(), i.actScaleStride(), i.m(), 4));
    }

    private void side(String field, Extent e) {
        long most = Math.max(lengths.count(e), lengths.end(e));
        if (most > MATRIX_SIDE) {
            throw fault.of(field, "up to " + most + "; at most " + MATRIX_SIDE
                    + ", so split the matrix");
        }
    }

    private void softmax(Instruction.Softmax i) {
        stride("stride", i.stride(), i.rows(), 4 * lengths.count(i.cols()));
        finite("factor", i.factor());
        for (Registers r : i.causal() ? corners : new Registers[0]) {
            long last = r.position() + (long) i.rows().imm() * switch (i.rows().mode()) {
                case TOKENS -> r.tokens();
                case CONTEXT -> r.context();
                case FIXED, TILE -> 1;
            };
            long cols = i.cols().imm() * switch (i.cols().mode()) {
                case TOKENS -> (long) r.tokens();
                case CONTEXT -> (long) r.context();
                case FIXED, TILE -> 1L;
            };
            if (last > cols) {
                throw fault.of("causal", "the last row keeps " + last + " of " + cols
                        + " columns at POS " + r.position() + ", CNT " + r.tokens()
                        + "; rows = tokens and cols = ctx always fit");
            }
        }
    }

    private void rope(Instruction.Rope i) {
        atLeast("heads", i.heads(), 1);
        atLeast("rotaryDim", i.rotaryDim(), 2);
        if (i.rotaryDim() % 2 != 0 || i.rotaryDim() > i.headDim()) {
            throw fault.of("rotaryDim", i.rotaryDim() + " with headDim " + i.headDim()
                    + "; even and at most headDim");
        }
        stride("stride", i.stride(), i.rows(), 4L * i.heads() * i.headDim());
    }

    private void ewise(Instruction.Ewise i) {
        long row = words(i.cols());
        if (i.aStride() != 0) {
            stride("aStride", i.aStride(), i.rows(), row);
        }
        if (i.fn().binary() && i.bStride() != 0) {
            stride("bStride", i.bStride(), i.rows(), row);
        }
        stride("outStride", i.outStride(), i.rows(), row);
        if (i.last() && lengths.count(i.rows()) != 1) {
            throw fault.of("last", "true with up to " + lengths.count(i.rows())
                    + " rows; the last token is one row");
        }
        Block out = block(i.out(), i.outStride(), i.rows(), row);
        operand(out, i.a(), i.aStride(), i, row);
        if (i.fn().binary() && i.bSpace() == Space.ACT) {
            operand(out, i.b(), i.bStride(), i, row);
        }
    }

    private void operand(Block out, int address, int stride, Instruction.Ewise i, long row) {
        long rows = i.last() ? lengths.maxLast() + 1 : lengths.count(i.rows());
        inPlaceOrApart("out", out, new Block(address, stride, stride == 0 ? 1 : rows, row));
    }

    private Block block(int address, int stride, Extent rows, long rowBytes) {
        return new Block(address, stride, lengths.count(rows), rowBytes);
    }

    private void inPlaceOrApart(String field, Block written, Block read) {
        if (!written.same(read)) {
            apart(field, written, read);
        }
    }

    /** Rows may be worked on in any order only if none is written over before it is read. */
    private void apart(String field, Block written, Block other) {
        if (written.overlaps(other)) {
            throw fault.of(field, "writes ACT bytes " + written.address() + ".." + written.end()
                    + " over another operand at " + other.address() + ".." + other.end()
                    + "; keep them apart");
        }
    }

    private long words(int cols) {
        atLeast("cols", cols, 1);
        return 4L * cols;
    }

    private void stride(String field, int stride, Extent rows, long rowBytes) {
        if (stride < rowBytes && lengths.count(rows) > 1) {
            throw fault.of(field, stride + " for rows of " + rowBytes
                    + " bytes; at least a row, so that rows do not overlap");
        }
    }

    private void atLeast(String field, int value, int least) {
        if (value < least) {
            throw fault.of(field, value + "; at least " + least);
        }
    }

    private void finite(String field, float value) {
        if (!Float.isFinite(value)) {
            throw fault.of(field, value + "; a finite number");
        }
    }
}
