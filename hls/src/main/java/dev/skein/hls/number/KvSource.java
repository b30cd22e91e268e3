package dev.skein.hls.number;

/**
 * Keys and values of one head as attention in a drive asks for them, step by step: only what a step
 * has chosen, so that a cache need not be in memory. Numbers are finite binary16.
 */
public interface KvSource {
    /** Entries of a head, d. */
    int headDim();

    /** Cached tokens, S. */
    int tokens();

    /**
     * Some entries of all keys.
     *
     * @param channels increasing
     * @return {@code [channels, tokens] binary16}
     */
    short[][] keyColumns(int[] channels);

    /**
     * Keys of some tokens, in their order.
     *
     * @param tokens increasing
     */
    void keyRows(int[] tokens, Rows to);

    /**
     * Values of some tokens, in their order.
     *
     * @param tokens increasing
     */
    void valueRows(int[] tokens, Rows to);

    /** Sum of each entry of the values in steps of 2^-24, {@code [headDim]}: exact. */
    long[] valueSums();

    /** Takes rows. */
    @FunctionalInterface
    interface Rows {
        /**
         * One row.
         *
         * @param n its place among those asked for
         * @param from {@code [headDim] binary16} from the offset; valid during the call only
         */
        void row(int n, short[] from, int offset);
    }
}
