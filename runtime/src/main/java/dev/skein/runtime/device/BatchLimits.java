package dev.skein.runtime.device;

import dev.skein.hls.isa.Span;
import java.util.BitSet;
import java.util.List;

/**
 * How much goes into a step of a batch.
 *
 * @param vocab ids are below this
 * @param maxTokens most tokens of a step, of all sequences
 * @param maxContext most tokens of a sequence
 * @param maxSequences most sequences of a step
 * @param pages of the cache, which sequences share
 */
public record BatchLimits(int vocab, int maxTokens, int maxContext, int maxSequences, int pages) {
    /** Positions of a page. */
    public static final int PAGE = Span.BLOCK;

    /** Pages of so many positions. */
    public static int pagesOf(int positions) {
        return Math.ceilDiv(positions, PAGE);
    }

    /**
     * Refuses a step that a device cannot take.
     *
     * @throws IllegalArgumentException naming the sequence and what is wrong
     */
    public void require(List<BatchPart> parts) {
        int tokens = 0;
        var seen = new BitSet();
        for (BatchPart part : parts) {
            require(part);
            check(!seen.get(part.sequence()), part, "is there twice");
            seen.set(part.sequence());
            tokens += part.tokens().length;
        }
        if (tokens < 1 || tokens > maxTokens) {
            throw new IllegalArgumentException("a step of " + tokens + " tokens: allowed are 1 to "
                    + maxTokens);
        }
    }

    private void require(BatchPart part) {
        check(part.sequence() >= 0 && part.sequence() < maxSequences, part, "is none of "
                + maxSequences);
        check(part.tokens().length >= 1 && part.position() >= 0
                && part.end() <= maxContext, part, "takes " + part.tokens().length
                + " tokens at position " + part.position() + ": at least 1, and "
                + maxContext + " in all");
        for (int token : part.tokens()) {
            check(token >= 0 && token < vocab, part, "has token id " + token
                    + ", allowed: 0 to " + (vocab - 1));
        }
        check(part.pages().length >= pagesOf(part.end()) && part.pages().length
                <= pagesOf(maxContext), part, "has " + part.pages().length + " pages for "
                + part.end() + " tokens");
        for (int page : part.pages()) {
            check(page >= 0 && page < pages, part, "has page " + page + " of " + pages);
        }
    }

    private static void check(boolean holds, BatchPart part, String what) {
        if (!holds) {
            throw new IllegalArgumentException("sequence " + part.sequence() + " " + what);
        }
    }
}
