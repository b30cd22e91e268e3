package dev.skein.sim.csd;

import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.Sparf;
import java.util.List;

/**
 * Attention of one layer of one sequence.
 *
 * @param task number that the host gave
 * @param sequence of its batch
 * @param layer of the model
 * @param firstHead of keys and values
 * @param heads how many of them
 * @param queryHeads that share each of them
 * @param sparf how much of the cache is looked at
 */
public record Attention(int task, int sequence, int layer, int firstHead, int heads,
        int queryHeads, Sparf sparf) {

    /**
     * What comes back.
     *
     * @param outputs {@code [heads, queryHeads, headDim] binary16}
     * @param chosen of each head of keys and values
     * @param touched pages, of all heads together
     */
    public record Result(short[] outputs, List<Chosen> chosen, Touched touched) {}
}
