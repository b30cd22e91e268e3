package dev.skein.sim.functional;

import java.lang.foreign.MemorySegment;

/** Something else than this machine's processor that computes exact sums: a model of the MPE. */
public interface MatrixMultiplier {

    /**
     * Adds {@code sum_k x w} with integer scales applied.
     *
     * @param operation what to multiply
     * @param act the activation buffer
     * @param wgt the weight buffer
     * @param sums {@code [m, n]}, added to
     * @throws IllegalStateException if the multiplier cannot do it, with the reason
     */
    void multiply(MatrixOperation operation, MemorySegment act, MemorySegment wgt, long[] sums);
}
