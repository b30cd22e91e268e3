package dev.skein.compiler.pass;

import dev.skein.hls.isa.Span;

/**
 * A span for a sparsity when nothing is known of the heads: the first block (attention sinks, Xiao
 * et al. 2023), the token's own, and a window that grows with the sequence, as wide as leaves out
 * the wanted share at {@value #TOKENS} tokens. Shorter sequences lose less, longer ones a little
 * more.
 */
final class NominalSpans {
    /** Sequence at which the share is as wanted. */
    static final int TOKENS = 4096;

    private NominalSpans() {
    }

    /** The span whose share at {@value #TOKENS} tokens is nearest. */
    static Span of(double sparsity) {
        Span best = Span.DENSE;
        // Dense, then from wide to narrow: of two that are as near, the wider one.
        for (int global = 1; global >= 0; global--) {
            for (int growth = Span.MAX_GROWTH; growth >= 0; growth--) {
                Span span = new Span(global, 1, growth);
                if (distance(span, sparsity) < distance(best, sparsity)) {
                    best = span;
                }
            }
        }
        return best;
    }

    private static double distance(Span span, double sparsity) {
        return Math.abs(SpanShare.of(span, TOKENS) - sparsity);
    }
}
