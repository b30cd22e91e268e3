package dev.skein.compiler.ir;

import dev.skein.compiler.ir.ValueType.Rows;

/** Checks that several ops share. */
final class OpRules {
    static final int MAX_HEADS = 4096;
    static final int MAX_LAYERS = 1024;
    private static final int MAX_HEAD_DIM = 4096;

    private OpRules() {
    }

    /** A value whose rows the op tells apart by position. */
    static ValueType tokens(ValueType type) {
        Require.that(type.rows() == Rows.TOKENS, "found " + type
                + ", but this op needs a row for each token");
        return type;
    }

    static void heads(int heads, int headDim) {
        Require.range("heads", heads, 1, MAX_HEADS);
        Require.range("head dimension", headDim, 1, MAX_HEAD_DIM);
        Require.range("heads times head dimension", (long) heads * headDim, 1,
                ValueType.MAX_WIDTH);
    }

    static void vector(WeightRef ref) {
        Require.equal("number of rows of " + ref.name(), ref.rows(), "that of a vector", 1);
    }

    static void vector(WeightRef ref, int length) {
        vector(ref);
        Require.equal("length of " + ref.name(), ref.cols(), "that of the weight", length);
    }
}
