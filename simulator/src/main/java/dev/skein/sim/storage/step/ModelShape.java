package dev.skein.sim.storage.step;

import dev.skein.sim.storage.KvTraffic;

/**
 * What a step needs to know of a model; all values are FP16.
 *
 * @param layers number of
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim width of a head
 * @param hidden width of the residual stream
 * @param mlpWeights of the feed-forward part of a layer
 * @param vocabulary rows of the output head
 */
public record ModelShape(int layers, int heads, int kvHeads, int headDim, int hidden,
        long mlpWeights, int vocabulary) {
    /** Bytes of an FP16 value. */
    static final int VALUE_BYTES = 2;

    /** Weights of Q, K and V of a layer. */
    long qkvWeights() {
        return (long) hidden * headDim * (heads + 2L * kvHeads);
    }

    /** Weights of what follows attention in a layer. */
    long restWeights() {
        return (long) hidden * headDim * heads + mlpWeights;
    }

    /** Weights of the output head. */
    long headWeights() {
        return (long) hidden * vocabulary;
    }

    /** All that the GPU keeps. */
    long weightBytes() {
        return VALUE_BYTES * (layers * (qkvWeights() + restWeights()) + headWeights());
    }

    /** Query heads of a key and value head. */
    public int queries() {
        return heads / kvHeads;
    }

    /** Bytes of its cache. */
    public KvTraffic traffic() {
        return new KvTraffic(layers, kvHeads, headDim);
    }
}
