package dev.skein.compiler.fpga;

import java.util.function.LongUnaryOperator;

/**
 * ACT buffers that live during one attention op. What alternates exists twice, so that the MPE
 * works on some heads while the SFU is at the softmax of others.
 *
 * @param scores addresses of binary32 scores {@code [rows, context]}, two places; a row is a token
 *     of one head, or in a decode step a head
 * @param scoreStride bytes between rows of scores
 * @param weights quantised attention weights {@code [rows, context]}, two places
 */
record AttentionBuffers(Appended appended, int[] scores, int scoreStride, Int8Rows[] weights) {
    /** Rows of scores in a decode step: heads whose softmax is one instruction. */
    static final int DECODE_ROWS = 4;

    /**
     * What lives from the first key on.
     *
     * @param cacheRows quantised K and V rows; in a decode step K of all own heads, then V; else
     *     two places for a head's K rows, then two for V
     * @param query quantised queries of all own heads
     */
    record Appended(Int8Rows[] cacheRows, Int8Rows query) {}

    /**
     * How large they are.
     *
     * @param ownKvHeads key/value heads of the core that has most
     * @param group query heads that share a key/value head
     * @param headDim width of a head
     * @param tokens tokens of the largest step
     * @param context positions of the cache
     */
    record Size(int ownKvHeads, int group, int headDim, int tokens, int context) {
        boolean decode() {
            return tokens == 1;
        }

        /** Key/value heads whose scores are in one place. */
        int headsAtOnce() {
            return decode() ? Math.max(1, DECODE_ROWS / group) : 1;
        }
    }

    /** Takes what lives from the first key on; {@code take} gives the address of some bytes. */
    static Appended appended(Size size, LongUnaryOperator take) {
        var rows = new Int8Rows[size.decode() ? 2 : 4];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = size.decode() ? stored(size.ownKvHeads(), size.headDim(), take)
                    : int8(size.tokens(), size.headDim(), take);
        }
        int queries = Math.multiplyExact(size.tokens(),
                Math.multiplyExact(size.ownKvHeads(), size.group()));
        return new Appended(rows, int8(queries, size.headDim(), take));
    }

    /** Takes the other buffers. */
    static AttentionBuffers take(Size size, Appended appended, LongUnaryOperator take) {
        int rows = size.decode() ? size.headsAtOnce() * size.group() : size.tokens();
        long scoreStride = Math.multiplyExact(4L, size.context());
        var scores = new int[2];
        var weights = new Int8Rows[2];
        for (int i = 0; i < 2; i++) {
            scores[i] = (int) take.applyAsLong(Math.multiplyExact(scoreStride, (long) rows));
            weights[i] = int8(rows, size.context(), take);
        }
        return new AttentionBuffers(appended, scores, Math.toIntExact(scoreStride), weights);
    }

    /** Rows that ST takes one by one, so that each scale needs an address ST can express. */
    private static Int8Rows stored(int rows, int cols, LongUnaryOperator take) {
        Int8Rows packed = int8(rows, cols, take);
        int scaleStride = FpgaTarget.BUFFER_ALIGNMENT;
        return new Int8Rows(packed.address(), packed.stride(),
                (int) take.applyAsLong((long) scaleStride * rows), scaleStride);
    }

    private static Int8Rows int8(int rows, int cols, LongUnaryOperator take) {
        long stride = FpgaTarget.align((long) cols, FpgaTarget.BUFFER_ALIGNMENT);
        int address = (int) take.applyAsLong(Math.multiplyExact(stride, (long) rows));
        return Int8Rows.of(address, (int) take.applyAsLong(4L * rows), cols);
    }
}
