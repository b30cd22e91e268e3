package dev.skein.compiler.gpu;

/**
 * What a plan has to have room for.
 *
 * @param maxContext most positions of a sequence
 * @param maxSequences most sequences of a step
 * @param pages of the cache, {@link KernelPlan#PAGE} positions each; fewer than all sequences could
 *     fill are the point of paging
 * @param maxTokens most tokens of a step; the plan has fewer where scores would take too much
 *     memory
 */
public record Capacity(int maxContext, int maxSequences, int pages, int maxTokens) {
    /** Tokens of a step that keep a device busy. */
    public static final int STEP_TOKENS = 128;

    /** More would need page tables and scores out of proportion. */
    public static final int MOST_SEQUENCES = 1024;

    /** Checks the ranges. */
    public Capacity {
        require(maxSequences >= 1 && maxSequences <= MOST_SEQUENCES, "sequences at once: ",
                maxSequences, "1 to " + MOST_SEQUENCES);
        require(maxTokens >= maxSequences && maxTokens <= 1 << 14, "tokens a step: ", maxTokens,
                "one for each of " + maxSequences + " sequences, to " + (1 << 14));
        require(pages >= 1, "pages of the cache: ", pages, "1 or more");
    }

    private static void require(boolean holds, String what, int found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(what + found + ", allowed: " + allowed);
        }
    }

    /** One sequence, with all its pages. */
    public static Capacity single(int maxContext) {
        return new Capacity(maxContext, 1, Math.max(1, pagesOf(maxContext)), STEP_TOKENS);
    }

    /** Some sequences, each with room for all its pages. */
    public static Capacity full(int maxContext, int maxSequences, int maxTokens) {
        return new Capacity(maxContext, maxSequences,
                Math.multiplyExact(maxSequences, Math.max(1, pagesOf(maxContext))), maxTokens);
    }

    /** Pages of so many positions. */
    public static int pagesOf(int positions) {
        return Math.ceilDiv(positions, KernelPlan.PAGE);
    }
}
