package dev.skein.compiler.ir;

import java.util.Arrays;

/**
 * Keys and values of one layer, {@code [position, kvHeads, headDim]}, with a scale for each head:
 * 1, or with int8 cache what makes integers of the values.
 */
final class KvCache {
    private final int kvHeads;
    private final int headDim;
    private final boolean int8;
    private final boolean int8Cache;
    private float[] keys = {};
    private float[] values = {};
    private float[] keyScales = {};
    private float[] valueScales = {};

    /**
     * @param int8 whether queries and probabilities become int8
     * @param int8Cache whether keys and values do
     */
    KvCache(Op.Attention op, boolean int8, boolean int8Cache) {
        kvHeads = op.kvHeads();
        headDim = op.headDim();
        this.int8 = int8;
        this.int8Cache = int8Cache;
    }

    /** Writes {@code rows} tokens from position {@code position} on. */
    void append(int position, int rows, float[] k, float[] v) {
        int width = kvHeads * headDim;
        int needed = Math.multiplyExact(position + rows, width);
        if (needed > keys.length) {
            int positions = Math.max(position + rows, 2 * keys.length / width);
            int capacity = Math.multiplyExact(positions, width);
            keys = Arrays.copyOf(keys, capacity);
            values = Arrays.copyOf(values, capacity);
            keyScales = Arrays.copyOf(keyScales, positions * kvHeads);
            valueScales = Arrays.copyOf(valueScales, positions * kvHeads);
        }
        System.arraycopy(k, 0, keys, position * width, rows * width);
        System.arraycopy(v, 0, values, position * width, rows * width);
        for (int head = position * kvHeads; head < (position + rows) * kvHeads; head++) {
            keyScales[head] = int8Cache ? Int8.quantise(keys, head * headDim, headDim) : 1;
            valueScales[head] = int8Cache ? Int8.quantise(values, head * headDim, headDim) : 1;
        }
    }

    /**
     * Scores of one query head against the positions {@code [0, length)}.
     *
     * @param q the queries, the head's at {@code at}; quantised in place if they become int8
     */
    float[] scores(float[] q, int at, int kvHead, int length, float factor) {
        float[] scores = new float[length];
        float queryScale = int8 ? Int8.quantise(q, at, headDim) : 1;
        for (int j = 0; j < length; j++) {
            int head = j * kvHeads + kvHead;
            scores[j] = Dot.of(q, at, keys, head * headDim, headDim) * keyScales[head] * queryScale
                    * factor;
        }
        return scores;
    }

    /** Softmax. */
    static float[] probabilities(float[] scores) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        double[] e = new double[scores.length];
        for (int j = 0; j < e.length; j++) {
            e[j] = Math.exp((double) scores[j] - max);
            sum += e[j];
        }
        float[] p = new float[e.length];
        for (int j = 0; j < e.length; j++) {
            p[j] = (float) (e[j] / sum);
        }
        return p;
    }

    /**
     * The mean of the values, weighted with {@code p}.
     *
     * @param p {@code [length]}; overwritten
     * @param out receives {@code [headDim]} at {@code at}
     */
    void mix(float[] p, int kvHead, float[] out, int at) {
        for (int j = 0; j < p.length; j++) {
            p[j] *= valueScales[j * kvHeads + kvHead];
        }
        double scale = int8 ? Int8.quantise(p, 0, p.length) : 1;
        double[] mix = new double[headDim];
        for (int j = 0; j < p.length; j++) {
            int value = (j * kvHeads + kvHead) * headDim;
            for (int i = 0; i < headDim; i++) {
                mix[i] += (double) p[j] * values[value + i];
            }
        }
        for (int i = 0; i < headDim; i++) {
            out[at + i] = (float) (mix[i] * scale);
        }
    }
}
