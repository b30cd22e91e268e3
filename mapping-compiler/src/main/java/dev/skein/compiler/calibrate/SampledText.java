package dev.skein.compiler.calibrate;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Text that a model writes itself, at temperature 1: calibration data that is no one's. */
public final class SampledText {
    private SampledText() {
    }

    /**
     * Samples texts, each with random numbers of its own.
     *
     * @param graph stage {@code TENSOR}
     * @param bos first token of each
     * @param count of texts
     * @param tokens of each, the first included
     */
    public static List<int[]> sample(Graph graph, Weights weights, int bos, long seed, int count,
            int tokens) {
        int length = Math.min(tokens, graph.contextLimit());
        return IntStream.range(0, count).parallel().mapToObj(text -> {
            var random = new SplittableRandom(seed * 0x9e3779b97f4a7c15L + text);
            var interpreter = new Interpreter(graph, weights);
            int[] ids = new int[length];
            ids[0] = bos;
            for (int i = 1; i < length; i++) {
                ids[i] = next(interpreter.step(ids[i - 1]), random.nextDouble());
            }
            return ids;
        }).toList();
    }

    /** The token whose share of the probability holds {@code at}, 0 to 1. */
    private static int next(float[] logits, double at) {
        double max = Double.NEGATIVE_INFINITY;
        for (float x : logits) {
            max = Math.max(max, x);
        }
        double[] p = new double[logits.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i] - max);
        }
        double left = at * Arrays.stream(p).sum();
        for (int i = 0; i < p.length; i++) {
            left -= p[i];
            if (left < 0) {
                return i;
            }
        }
        return p.length - 1;
    }
}
