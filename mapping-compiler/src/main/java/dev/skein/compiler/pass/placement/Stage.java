package dev.skein.compiler.pass.placement;

import dev.skein.compiler.fpga.Phase;

/**
 * A part of every layer and where it is computed.
 *
 * @param phase of the request
 * @param work which part
 * @param on by what
 */
public record Stage(Phase phase, Work work, Unit on) {
    /** Parts of a layer; the head comes after the last. */
    public enum Work {
        /** Norm and projections of q, k, v. */
        QKV,
        /** Logit, softmax, attend. */
        ATTENTION,
        /** Output projection, norm, feed-forward part. */
        OUTPUT_AND_MLP,
        /** Logits of the vocabulary, once a step. */
        HEAD
    }
}
