package dev.skein.compiler.pass;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.isa.Span;

/**
 * What spans leave out: the share of the 64 x 64 blocks of the lower triangle of a sequence's
 * attention matrix, blocks of the diagonal included, that are never computed.
 */
public final class SpanShare {
    private SpanShare() {
    }

    /** Share left out by one span over a sequence of {@code tokens}, 0 to 1. */
    public static double of(Span span, int tokens) {
        int rows = Math.ceilDiv(tokens, Span.BLOCK);
        long hidden = 0;
        for (int block = 0; block < rows; block++) {
            hidden += span.gapTokens(block * Span.BLOCK) / Span.BLOCK;
        }
        return hidden / (rows * (rows + 1L) / 2.0);
    }

    /** Mean share over all layers and key/value heads of a graph; 0 without attention. */
    public static double of(Graph graph, int tokens) {
        double sum = 0;
        int heads = 0;
        for (var node : graph.nodes()) {
            if (node.op() instanceof Op.Attention attention) {
                for (int head = 0; head < attention.kvHeads(); head++) {
                    sum += of(attention.span(head), tokens);
                    heads++;
                }
            }
        }
        return heads == 0 ? 0 : sum / heads;
    }
}
