package dev.skein.runtime.batch;

import dev.skein.runtime.Sampler;

/**
 * What someone wants.
 *
 * @param prompt ids, at least one
 * @param maxNew most tokens to generate, at least one; fewer if the text ends or the context is
 *     full
 * @param sampling how; with a seed of its own, so that it does not depend on the others
 */
public record BatchRequest(int[] prompt, int maxNew, Sampler.Options sampling) {
    /** Checks that there is something to do. */
    public BatchRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no token: this model has no"
                    + " beginning-of-text token, so a text is needed");
        }
        if (maxNew < 1) {
            throw new IllegalArgumentException(maxNew + " tokens to generate, allowed: 1 or more");
        }
    }
}
