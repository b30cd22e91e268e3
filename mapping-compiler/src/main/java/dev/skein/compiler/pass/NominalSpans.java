package dev.skein.compiler.pass;

import dev.skein.hls.isa.Span;

/**
 * A span for a sparsity when nothing is known of the heads: the first block (attention sinks, Xiao
 * et al. 2023), the token's own, and a window that grows with the sequence, as wide as leaves out
 * the wanted share at {@value #TOKENS} tokens. Shorter sequences lose less, longer ones a little
 * more. Shares above 0.94 do without the first block.
 */
final class NominalSpans {
    /** Sequence at which the share is as wanted. */
    static final int TOKENS = 4096;

    private NominalSpans() {
    }

    /** Share by which it may be missed for the sake of the first block. */
    private static final double CLOSE = 0.005;

    /** The span whose share at {@value #TOKENS} tokens is nearest. */
    static Span of(double sparsity) {
        Span best = nearest(1, sparsity);
        return distance(best, sparsity) <= CLOSE ? best : nearest(0, sparsity);
    }

    private static Span nearest(int global, double sparsity) {
        Span best = new Span(global, 1, Span.MAX_GROWTH);
        for (int growth = Span.MAX_GROWTH - 1; growth >= 0; growth--) {
            Span span = new Span(global, 1, growth);
            best = distance(span, sparsity) < distance(best, sparsity) ? span : best;
        }
        return best;
    }

    private static double distance(Span span, double sparsity) {
        return Math.abs(SpanShare.of(span, TOKENS) - sparsity);
    }
}
