package dev.skein.sim.functional;

/** Exact integer products of the MPE. Ranges of outputs may be computed on different threads. */
sealed interface Products permits ScalarProducts, VectorProducts {

    /** Prepares x; called once a job, before the ranges. */
    void prepare(MatrixJob job);

    /**
     * Adds {@code sum_k x w} to the sums of packed rows {@code [from, to)}, for all m.
     *
     * @param worker whose scratch memory to use
     */
    void rows(MatrixJob job, int from, int to, int worker);

    /** As {@link #rows} for columns of a transposed w; {@code from} is a multiple of 16. */
    void columns(MatrixJob job, int from, int to);
}
