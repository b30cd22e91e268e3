package dev.skein.compiler.fpga;

import java.util.function.LongUnaryOperator;

/**
 * ACT buffers that live during one attention op. What alternates between heads exists twice, so
 * that the MPE works on one head while the SFU is at the softmax of the other.
 *
 * @param cacheRows quantised K or V rows of one head, four places
 * @param query quantised queries of all own heads
 * @param scores addresses of binary32 scores {@code [tokens, context]}, two places
 * @param scoreStride bytes between rows of scores
 * @param weights quantised attention weights {@code [tokens, context]}, two places
 */
record AttentionBuffers(Int8Rows[] cacheRows, Int8Rows query, int[] scores, int scoreStride,
        Int8Rows[] weights) {

    /**
     * Takes the buffers.
     *
     * @param ownHeads query heads of the core that has most
     * @param headDim width of a head
     * @param tokens tokens of the largest step
     * @param context positions of the cache
     * @param take gives the address for a number of bytes
     */
    static AttentionBuffers take(int ownHeads, int headDim, int tokens, int context,
            LongUnaryOperator take) {
        long scoreStride = Math.multiplyExact(4L, context);
        var rows = new Int8Rows[4];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = int8(tokens, headDim, take);
        }
        Int8Rows query = int8(Math.multiplyExact(tokens, ownHeads), headDim, take);
        var scores = new int[2];
        var weights = new Int8Rows[2];
        for (int i = 0; i < 2; i++) {
            scores[i] = (int) take.applyAsLong(Math.multiplyExact(scoreStride, (long) tokens));
            weights[i] = int8(tokens, context, take);
        }
        return new AttentionBuffers(rows, query, scores, Math.toIntExact(scoreStride), weights);
    }

    private static Int8Rows int8(int rows, int cols, LongUnaryOperator take) {
        long stride = FpgaTarget.align((long) cols, FpgaTarget.BUFFER_ALIGNMENT);
        int address = (int) take.applyAsLong(Math.multiplyExact(stride, (long) rows));
        return Int8Rows.of(address, (int) take.applyAsLong(4L * rows), cols);
    }
}
