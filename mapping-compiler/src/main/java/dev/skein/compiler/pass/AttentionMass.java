package dev.skein.compiler.pass;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Observer;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.hls.isa.Span;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Collects how much of their attention heads give to each block of 64 tokens. */
final class AttentionMass implements Observer {

    /**
     * What the queries of one key/value head attend to.
     *
     * @param before {@code [row block][column block]}: mean probability that a token of the row
     *     block gives to all column blocks before this one, over its query heads and all texts
     */
    record Head(double[][] before) {
        /** Row blocks that were measured. */
        int blocks() {
            return before.length;
        }

        /** Mean probability that a span loses, over the row blocks. */
        double lost(Span span) {
            double lost = 0;
            for (int row = 0; row < before.length; row++) {
                int to = span.first(row * Span.BLOCK);
                if (to > span.global()) {
                    lost += before[row][to] - before[row][span.global()];
                }
            }
            return lost / before.length;
        }
    }

    private final Map<Value, Op.Attention> attentions = new HashMap<>();
    private final Map<Value, double[][][]> sums = new HashMap<>();
    private final long[] rows;

    /** For texts of at most {@code tokens}. */
    AttentionMass(Graph graph, int tokens) {
        int blocks = Math.ceilDiv(tokens, Span.BLOCK);
        rows = new long[blocks];
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Attention attention) {
                attentions.put(node.value(), attention);
                var sum = new double[attention.kvHeads()][blocks][];
                for (double[][] head : sum) {
                    Arrays.setAll(head, row -> new double[row + 1]);
                }
                sums.put(node.value(), sum);
            }
        }
    }

    /** A text begins, fed to the interpreter in one step. */
    void text(int tokens) {
        for (int t = 0; t < tokens; t++) {
            rows[t / Span.BLOCK]++;
        }
    }

    @Override
    public void computed(Value value, int count, float[] data) {
    }

    @Override
    public void attended(Value value, int row, int head, float[] scores, float[] probabilities) {
        Op.Attention attention = attentions.get(value);
        double[][] sum = sums.get(value)[head / (attention.heads() / attention.kvHeads())];
        double[] blocks = sum[(probabilities.length - 1) / Span.BLOCK];
        for (int t = 0; t < probabilities.length; t++) {
            blocks[t / Span.BLOCK] += probabilities[t];
        }
    }

    /** The heads of an attention, in order. */
    Head[] heads(Value value) {
        Op.Attention attention = attentions.get(value);
        int share = attention.heads() / attention.kvHeads();
        int measured = 0;
        while (measured < rows.length && rows[measured] > 0) {
            measured++;
        }
        var heads = new Head[attention.kvHeads()];
        for (int h = 0; h < heads.length; h++) {
            double[][] before = new double[measured][];
            for (int row = 0; row < measured; row++) {
                before[row] = new double[row + 2];
                for (int column = 0; column <= row; column++) {
                    before[row][column + 1] = before[row][column]
                            + sums.get(value)[h][row][column] / ((double) rows[row] * share);
                }
            }
            heads[h] = new Head(before);
        }
        return heads;
    }
}
