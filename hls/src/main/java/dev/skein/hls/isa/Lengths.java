package dev.skein.hls.isa;

/**
 * What extents amount to, either under given registers or over all legal ones. All results
 * saturate at {@link #CAP}, far above any memory and far below overflow.
 */
final class Lengths {
    /** Saturation value of every product. */
    static final long CAP = 1L << 59;

    private final int minPosition;
    private final int maxPosition;
    private final int maxTokens;
    private final int minTokens;
    private final int maxContext;
    private final int iteration;

    private Lengths(int minPosition, int maxPosition, int minTokens, int maxTokens,
            int maxContext, int iteration) {
        this.minPosition = minPosition;
        this.maxPosition = maxPosition;
        this.minTokens = minTokens;
        this.maxTokens = maxTokens;
        this.maxContext = maxContext;
        this.iteration = iteration;
    }

    /** Under these registers. */
    static Lengths at(Registers r) {
        return new Lengths(r.position(), r.position(), r.tokens(), r.tokens(), r.context(),
                r.iteration());
    }

    /** Over all legal registers and iterations. */
    static Lengths within(Limits limits) {
        return new Lengths(0, limits.maxContext() - 1, 1, limits.maxTokens(),
                limits.maxContext(), -1);
    }

    /** The largest value; not positive if a tile lies past the context. */
    long count(Extent e) {
        return switch (e.mode()) {
            case FIXED -> e.imm();
            case TOKENS -> times(e.imm(), maxTokens);
            case CONTEXT -> times(e.imm(), maxContext);
            case TILE -> iteration < 0 ? Math.min(e.imm(), maxContext)
                    : Math.min(e.imm(), maxContext - times(e.imm(), iteration));
        };
    }

    /** The smallest value over the iterations that have one. */
    long least(Extent e) {
        return switch (e.mode()) {
            case FIXED -> e.imm();
            case TOKENS -> times(e.imm(), minTokens);
            case CONTEXT -> times(e.imm(), (long) minPosition + minTokens);
            case TILE -> iteration < 0 ? 1 : count(e);
        };
    }

    /** Elements skipped by a tiled operand, at least. */
    long first(Extent e) {
        return e.mode() == Extent.Mode.TILE && iteration > 0 ? times(e.imm(), iteration) : 0;
    }

    /** Elements skipped plus value, at most. */
    long end(Extent e) {
        if (e.mode() != Extent.Mode.TILE) {
            return count(e);
        }
        return iteration < 0 ? maxContext : first(e) + count(e);
    }

    /** Smallest POS. */
    long minPosition() {
        return minPosition;
    }

    /** Index of the last token of the step, CNT - 1: smallest. */
    long minLast() {
        return minTokens - 1L;
    }

    /** Index of the last token of the step, CNT - 1: largest. */
    long maxLast() {
        return maxTokens - 1L;
    }

    /** Largest {@code stride * POS + bytes * (elements skipped plus value)}. */
    long reach(long stride, Extent e, long bytes) {
        long last = times(stride, maxPosition);
        if (e.mode() != Extent.Mode.TOKENS || minPosition == maxPosition) {
            return last + times(end(e), bytes);
        }
        // POS + CNT <= maxContext: the sum is largest at the longest or the shortest step.
        long longest = times(stride, maxContext - maxTokens) + times(end(e), bytes);
        return Math.max(longest, last + times(e.imm(), bytes));
    }

    /** {@code a * b} of non-negative factors, at most {@link #CAP}. */
    static long times(long a, long b) {
        long product = a * b;
        return Math.multiplyHigh(a, b) != 0 || product < 0 || product > CAP ? CAP : product;
    }

    /** {@code n} rounded up to a multiple of 16. */
    static long align16(long n) {
        return (n + 15) & ~15L;
    }
}
