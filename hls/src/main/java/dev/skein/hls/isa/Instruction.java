package dev.skein.hls.isa;

/**
 * Typed view of an instruction. The record components carry the names of the row's fields in
 * {@link Opcode}; addresses and strides are in bytes. On-chip addresses are relative to the buffer,
 * off-chip addresses to base register {@code base}.
 */
public sealed interface Instruction {

    /** Wait and release sets. */
    Tokens tokens();

    /** The same instruction with other wait and release sets. */
    default Instruction withTokens(Tokens tokens) {
        return tokens.equals(tokens()) ? this : Retokened.of(this, tokens);
    }

    /** The row of the instruction table. */
    default Opcode opcode() {
        return switch (this) {
            case Load _ -> Opcode.LD;
            case LoadGather _ -> Opcode.LDG;
            case Store _ -> Opcode.ST;
            case MatMat _ -> Opcode.MM;
            case MatVec _ -> Opcode.MV;
            case SparseMatMat _ -> Opcode.SPMM;
            case SparseMatVec _ -> Opcode.SPMV;
            case Norm _ -> Opcode.NORM;
            case Quantise _ -> Opcode.QUANT;
            case Softmax _ -> Opcode.SOFTMAX;
            case Rope _ -> Opcode.ROPE;
            case Ewise _ -> Opcode.EWISE;
            case Broadcast _ -> Opcode.BCAST;
            case Barrier _ -> Opcode.SYNC;
            case Loop _ -> Opcode.LOOP;
            case EndLoop _ -> Opcode.ENDLOOP;
            case SetBase _ -> Opcode.SETB;
            case End _ -> Opcode.END;
            case SetSpan _ -> Opcode.SPAN;
            case Repeat _ -> Opcode.REP;
            case EndRepeat _ -> Opcode.ENDREP;
        };
    }

    /** The unit that executes it. */
    default Unit unit() {
        return opcode().unit();
    }

    /** Off-chip operand of LD and ST. */
    interface Transfer {
        /** The off-chip memory. */
        Memory memory();

        /** Index of the base register. */
        int base();

        /** Offset from the base register, bytes. */
        long offset();

        /** Bytes by which each token already in the cache advances the off-chip address. */
        int positionStride();

        /** Bytes of one row. */
        int rowBytes();

        /** Number of rows; what the span leaves out of a context is not moved. */
        Extent count();
    }

    /** Operands shared by MM and MV; see the table row of MV for the meaning. */
    interface Matrix {
        /** ACT address of x, int8 {@code [m, k]}, rows {@link #actStride()} apart. */
        int act();

        /** Bytes between rows of x. */
        int actStride();

        /** Weight width. */
        WeightBits bits();

        /** Group code: 0 none, g: groups of {@code 8 << g} weights (16, 32, 64, 128, ...). */
        int group();

        /** Whether rows of w have a binary32 scale at {@link #scale()}; else the scale is 1. */
        boolean scaled();

        /** Whether {@code n} binary32 biases follow the scales. */
        boolean biased();

        /** Whether w is {@code [k, n]} int8 with rows of n rounded up to 16 bytes. */
        boolean transposed();

        /** ACT address of the scale of row 0 of x. */
        int actScale();

        /** Bytes between the scales of rows of x. */
        int actScaleStride();

        /** WGT address of w, packed rows as {@code hls.number.PackedRows} describes. */
        int weight();

        /** WGT address of the row scales. */
        int scale();

        /** ACT address of out, binary32 {@code [m, n]}. */
        int out();

        /** Bytes between rows of out. */
        int outStride();

        /** Rows of x. */
        Extent m();

        /** Output columns; a tiled n advances out by {@code 4 * tileOffset} bytes. */
        Extent n();

        /**
         * Reduction length; a tiled k advances act by {@code tileOffset} bytes, accumulates exactly
         * over the iterations of the loop and writes out in the last one.
         */
        Extent k();
    }

    /**
     * What a unit executes from its queue. The others ({@link Loop}, {@link EndLoop},
     * {@link SetBase}, {@link End}, {@link SetSpan}, {@link Repeat}, {@link EndRepeat}) are the
     * sequencer's own.
     */
    sealed interface OnUnit extends Instruction {}

    /**
     * Operands shared by SPMM and SPMV; see the table row of SPMV for the meaning. Weights are
     * strips as {@code hls.number.StripRows} describes.
     */
    sealed interface SparseMatrix extends OnUnit {
        /** ACT address of x, int8 {@code [m, k]}, rows {@link #actStride()} apart. */
        int act();

        /** Bytes between rows of x. */
        int actStride();

        /** Group code: 0 none, g: groups of {@code 8 << g} weights (16, 32, 64, 128, ...). */
        int group();

        /** Whether {@code n} binary32 biases follow the scales. */
        boolean biased();

        /** ACT address of the scale of row 0 of x. */
        int actScale();

        /** Bytes between the scales of rows of x. */
        int actScaleStride();

        /** WGT address of the first strip; n row scales follow the last one. */
        int weight();

        /** ACT address of out, binary32 {@code [m, n]}. */
        int out();

        /** Bytes between rows of out. */
        int outStride();

        /** Bytes of every strip. */
        int stripBytes();

        /** Time of every strip, in dense steps of 16 columns. */
        int steps();

        /** Rows of x. */
        Extent m();

        /** Output columns, rows of w. */
        int n();

        /** Reduction length. */
        int k();

        /** WGT address of the row scales. */
        default long scale() {
            return weight() + (long) Math.ceilDiv(n(), 16) * stripBytes();
        }
    }

    /** LD. */
    record Load(Tokens tokens, Space dstSpace, int dst, Memory memory, int base, long offset,
            int positionStride, int rowBytes, Extent count) implements OnUnit, Transfer {}

    /** LDG: {@code index} is the DDR offset from the same base of the int32 row numbers. */
    record LoadGather(Tokens tokens, int dst, int dstStride, int base, long offset, int rowBytes,
            long index, Extent count) implements OnUnit {}

    /** ST. */
    record Store(Tokens tokens, Space srcSpace, int src, Memory memory, int base, long offset,
            int positionStride, int rowBytes, Extent count) implements OnUnit, Transfer {}

    /** MM. */
    record MatMat(Tokens tokens, int act, int actStride, WeightBits bits, int group,
            boolean scaled, boolean biased, boolean transposed, int actScale, int actScaleStride,
            int weight, int scale, int out, int outStride, Extent m, Extent n, Extent k)
            implements OnUnit, Matrix {}

    /** MV. */
    record MatVec(Tokens tokens, int act, int actStride, WeightBits bits, int group,
            boolean scaled, boolean biased, boolean transposed, int actScale, int actScaleStride,
            int weight, int scale, int out, int outStride, Extent m, Extent n, Extent k)
            implements OnUnit, Matrix {}

    /** SPMM. */
    record SparseMatMat(Tokens tokens, int act, int actStride, int group, boolean biased,
            int actScale, int actScaleStride, int weight, int out, int outStride, int stripBytes,
            int steps, Extent m, int n, int k) implements SparseMatrix {}

    /** SPMV. */
    record SparseMatVec(Tokens tokens, int act, int actStride, int group, boolean biased,
            int actScale, int actScaleStride, int weight, int out, int outStride, int stripBytes,
            int steps, Extent m, int n, int k) implements SparseMatrix {}

    /** NORM over binary32 {@code [rows, cols]}; weight and bias in PAR. */
    record Norm(Tokens tokens, NormKind kind, int src, int srcStride, int dst, int dstStride,
            int weight, int bias, Extent rows, int cols, float eps) implements OnUnit {}

    /** QUANT: binary32 {@code [rows, cols]} to int8 with one scale a row. */
    record Quantise(Tokens tokens, int src, int srcStride, int dst, int dstStride, int scale,
            int scaleStride, Extent rows, Extent cols, boolean multiply, int multiplier)
            implements OnUnit {}

    /** SOFTMAX in place. */
    record Softmax(Tokens tokens, int data, int stride, Extent rows, Extent cols, float factor,
            boolean causal) implements OnUnit {}

    /** ROPE in place on {@code [rows, heads, headDim]}. */
    record Rope(Tokens tokens, int data, int stride, Extent rows, int heads, int headDim,
            int rotaryDim, RopeStyle style, int table) implements OnUnit {}

    /** EWISE; b in ACT, WGT or PAR. */
    record Ewise(Tokens tokens, EwiseFunction fn, int a, int aStride, Space bSpace, int b,
            int bStride, int out, int outStride, Extent rows, int cols, boolean last)
            implements OnUnit {}

    /** BCAST. */
    record Broadcast(Tokens tokens, int src, int srcStride, int dst, int dstStride, Extent rows,
            int cols) implements OnUnit {}

    /** SYNC. */
    record Barrier(Tokens tokens, int gather, int bytes) implements OnUnit {}

    /** LOOP. */
    record Loop(Tokens tokens, Extent count) implements Instruction {}

    /** ENDLOOP. */
    record EndLoop(Tokens tokens) implements Instruction {}

    /** SETB. */
    record SetBase(Tokens tokens, int base, long value, boolean add) implements Instruction {}

    /** END. */
    record End(Tokens tokens) implements Instruction {}

    /** SPAN: the components of {@link Span}. */
    record SetSpan(Tokens tokens, int global, int window, int growth) implements Instruction {
        /** The span it sets. */
        public Span span() {
            return new Span(global, window, growth);
        }
    }

    /** REP. */
    record Repeat(Tokens tokens, int count) implements Instruction {}

    /** ENDREP. */
    record EndRepeat(Tokens tokens) implements Instruction {}
}
