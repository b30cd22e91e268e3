package dev.skein.runtime.device;

import java.util.Optional;

/**
 * Result of a step.
 *
 * @param logits {@code [vocab]} after the last token
 * @param cost what the step costs on the target, where the device knows it
 */
public record Step(float[] logits, Optional<StepCost> cost) {

    /** The id of the largest logit, the first of equals. */
    public static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Refuses a step that a device cannot take.
     *
     * @param vocab ids are below this
     * @param tokens asked for
     * @throws IllegalArgumentException naming the id, or how many tokens fit
     */
    public static void require(Accelerator device, int vocab, int... tokens) {
        for (int token : tokens) {
            if (token < 0 || token >= vocab) {
                throw new IllegalArgumentException("token id " + token + ", allowed: 0 to "
                        + (vocab - 1));
            }
        }
        if (tokens.length < 1 || tokens.length > device.maxTokens()
                || device.position() + tokens.length > device.maxContext()) {
            throw new IllegalArgumentException("a step of " + tokens.length + " tokens at position "
                    + device.position() + ": at most " + device.maxTokens() + " a step, "
                    + device.maxContext() + " in all");
        }
    }
}
