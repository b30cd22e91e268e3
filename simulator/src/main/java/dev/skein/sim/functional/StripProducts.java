package dev.skein.sim.functional;

/**
 * Exact integer products of strips, by gathering x at the kept positions as the sparse multiplexer
 * does. Ranges of strips may be computed on different threads.
 */
sealed interface StripProducts permits ScalarStrips, VectorStrips {

    /** Prepares x; called once a job, before the ranges. */
    void prepare(StripJob job);

    /**
     * Adds {@code sum_k x w} to the sums of the rows of strips {@code [from, to)}, for all m. The
     * headers of the strips have been checked.
     *
     * @param worker whose scratch memory to use
     * @throws IllegalStateException for positions that do not suit the pattern of a block
     */
    void strips(StripJob job, int from, int to, int worker);
}
