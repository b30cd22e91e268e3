package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;

/**
 * A matrix instruction with everything resolved, as far as exact sums need it: out of x, int8
 * {@code [m, k]} in ACT, and the weights of {@code n} outputs in WGT. All extents lie in the
 * buffers.
 *
 * @param kind the instruction
 * @param m rows of x, at least 1
 * @param n outputs, at least 1
 * @param k columns of x, at least 1
 * @param act ACT address of x
 * @param actStride bytes between rows of x
 * @param weight WGT address of the first packed row or strip
 * @param bits width of packed rows; of strips, each block has its own
 * @param groupSize weights with one integer scale, 0 for none
 * @param transposed whether the weights are int8 {@code [k, n]}, rows 16-byte aligned
 * @param stripBytes bytes of a strip, 0 for packed rows
 * @param steps dense steps of 16 columns that a strip takes, 0 for packed rows
 */
public record MatrixOperation(Kind kind, int m, int n, int k, int act, int actStride, int weight,
        WeightBits bits, int groupSize, boolean transposed, int stripBytes, int steps) {

    /** Mode and form of the weights. */
    public enum Kind {
        /** Packed rows, several rows of x. */
        MM,
        /** Packed rows, one row of x at a time. */
        MV,
        /** Strips, several rows of x. */
        SPMM,
        /** Strips, one row of x at a time. */
        SPMV
    }
}
