package dev.skein.hls.isa;

/**
 * What extents amount to, either under given registers or over all legal ones and all spans: a span
 * only leaves out, so that the dense lengths bound it. All results saturate at {@link #CAP}, far
 * above any memory and far below overflow.
 */
final class Lengths {
    /** Saturation value of every product. */
    static final long CAP = 1L << 59;

    private final int minPosition;
    private final int maxPosition;
    private final int maxTokens;
    private final int minTokens;
    /** Tokens of the context that count, at least and at most. */
    private final int minContext;
    private final int maxContext;
    private final int iteration;
    private final Registers exact;

    private Lengths(Registers r) {
        minPosition = r.position();
        maxPosition = r.position();
        minTokens = r.tokens();
        maxTokens = r.tokens();
        minContext = r.kept();
        maxContext = r.kept();
        iteration = r.iteration();
        exact = r;
    }

    private Lengths(Limits limits) {
        minPosition = 0;
        maxPosition = limits.maxContext() - 1;
        minTokens = 1;
        maxTokens = limits.maxTokens();
        minContext = 1;
        maxContext = limits.maxContext();
        iteration = -1;
        exact = null;
    }

    /** Under these registers. */
    static Lengths at(Registers r) {
        return new Lengths(r);
    }

    /** Over all legal registers and iterations. */
    static Lengths within(Limits limits) {
        return new Lengths(limits);
    }

    /** The registers, or null over all legal ones. */
    Registers exact() {
        return exact;
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
            case CONTEXT -> times(e.imm(), minContext);
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
