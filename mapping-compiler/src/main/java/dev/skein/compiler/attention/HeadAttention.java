package dev.skein.compiler.attention;

import dev.skein.hls.number.DriveAttention.Attended;

/** Cache of one key-value head of one layer, for one sequence, and attention to it. */
public interface HeadAttention {

    /**
     * Appends a token, which is then the current one.
     *
     * @param keys {@code [rows, headDim] binary16}, finite
     * @param values likewise
     * @param from where the token begins in both
     */
    void append(short[] keys, short[] values, int from);

    /**
     * Attends, once after each append.
     *
     * @param queries {@code [queryHeads, headDim] binary16}, finite: the heads that share the cache
     * @return outputs, and the numbers of the tokens attended to, the current one among them
     */
    Attended attend(short[] queries);
}
