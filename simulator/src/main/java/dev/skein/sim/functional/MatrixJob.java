package dev.skein.sim.functional;

import dev.skein.hls.isa.WeightBits;

/**
 * One matrix instruction with everything resolved: what the product kernels read and where they
 * add. Reused from instruction to instruction.
 */
final class MatrixJob {
    /** Activation buffer. */
    byte[] act;
    /** First byte of x, int8 {@code [m, k]}. */
    int actAt;
    int actStride;
    /** Weight buffer. */
    byte[] wgt;
    /** First byte of w. */
    int weightAt;
    /** Bytes from one row of w to the next. */
    int rowBytes;
    /** Bytes of a row before its group scales. */
    int unitBytes;
    WeightBits bits;
    /** Group code. */
    int group;
    /** Weights a group, 0 for none. */
    int groupSize;
    int m;
    int n;
    int k;
    /** {@code [m, n]}, added to. */
    long[] sums;
    /** {@code [m, lanesStride]}: x widened, in the order of the unpacked weights, zero padded. */
    short[] lanes = new short[0];
    /** Elements from one row of {@link #lanes} to the next. */
    int lanesStride;
}
