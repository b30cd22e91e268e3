package dev.skein.sim.functional;

/**
 * One SPMM or SPMV with everything resolved: what the strip kernels read and where they add. Reused
 * from instruction to instruction.
 */
final class StripJob {
    /** Activation buffer. */
    byte[] act;
    /** First byte of x, int8 {@code [m, k]}. */
    int actAt;
    int actStride;
    /** Weight buffer. */
    byte[] wgt;
    /** First byte of the first strip. */
    int weightAt;
    int stripBytes;
    int steps;
    /** Group code. */
    int group;
    /** Weights a group, 0 for none. */
    int groupSize;
    int m;
    int n;
    int k;
    /** Positions and weights of each strip, bytes. */
    int[] payloadBytes = new int[0];
    /** {@code [m, n]}, added to. */
    long[] sums;
}
