package dev.skein.runtime.device;

/**
 * The tokens of a sequence in a step of a batch.
 *
 * @param sequence its number, below {@link BatchLimits#maxSequences}
 * @param position how many tokens of it are in the cache
 * @param tokens ids that follow them, at least one
 * @param pages of the cache that hold the sequence, {@link BatchLimits#PAGE} positions each, in
 *     order; enough for the tokens too
 * @param wanted whether the logits after the last token are wanted
 */
public record BatchPart(int sequence, int position, int[] tokens, int[] pages, boolean wanted) {

    /** Tokens in the cache after the step. */
    public int end() {
        return position + tokens.length;
    }
}
