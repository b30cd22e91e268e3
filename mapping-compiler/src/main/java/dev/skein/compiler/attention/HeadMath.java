package dev.skein.compiler.attention;

import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.Half;
import dev.skein.hls.number.Sfu;
import java.util.Arrays;

/**
 * The steps of docs/numbers.md, "Attention in the drive", on rows of binary32 that hold numbers of
 * binary16. The bits are those of {@link DriveAttention}, which is slow and plain.
 */
final class HeadMath {
    private static final float STEP = 0x1p-24f;

    private HeadMath() {
    }

    /**
     * What query heads make of the tokens that were chosen for them.
     *
     * @param scores {@code [queryHeads][tokens]}, before any factor
     * @param weights {@code [queryHeads][tokens]}, their softmax
     * @param outputs {@code [queryHeads][headDim]}
     */
    record Mixed(float[][] scores, float[][] weights, float[][] outputs) {
    }

    /** Query heads as {@code [queryHeads][headDim]} binary32. */
    static float[][] heads(short[] queries, int headDim) {
        float[][] heads = new float[queries.length / headDim][headDim];
        for (int i = 0; i < queries.length; i++) {
            heads[i / headDim][i % headDim] = Half.toFloat(queries[i]);
        }
        return heads;
    }

    /** Writes a token of binary16 as binary32. */
    static void widen(short[] token, int from, float[] to, int at, int headDim) {
        for (int c = 0; c < headDim; c++) {
            to[at + c] = Half.toFloat(token[from + c]);
        }
    }

    /** Step 1: what the entries of a group's queries weigh, {@code [headDim]}. */
    static float[] magnitudes(float[][] queries) {
        float[] m = new float[queries[0].length];
        for (float[] q : queries) {
            for (int c = 0; c < m.length; c++) {
                m[c] += Math.abs(q[c]);
            }
        }
        return m;
    }

    /** Step 2: {@code 1 / sqrt(d |q_i| / |q|)}. */
    static float factor(float[] query, int[] channels) {
        float[] all = new float[query.length];
        for (int c = 0; c < all.length; c++) {
            all[c] = Math.abs(query[c]);
        }
        float some = Sfu.reduceSum(gather(all, channels), channels.length);
        if (some == 0f) {
            return 1f;
        }
        float ratio = some / Sfu.reduceSum(all, all.length);
        return 1f / (float) Math.sqrt(all.length * ratio);
    }

    /** Elements at indices. */
    static float[] gather(float[] from, int[] indices) {
        float[] out = new float[indices.length];
        for (int n = 0; n < out.length; n++) {
            out[n] = from[indices[n]];
        }
        return out;
    }

    /** Softmax of {@code scores * factor}, probabilities below 2^-64 as 0. */
    static float[] probabilities(float[] scores, float factor) {
        float[] p = Sfu.softmax(scores, scores.length, factor);
        for (int i = 0; i < p.length; i++) {
            p[i] = p[i] < DriveAttention.FLOOR ? 0f : p[i];
        }
        return p;
    }

    /** Of heads of that size, {@code 1 / sqrt(d)}. */
    static float scale(int headDim) {
        return 1f / (float) Math.sqrt(headDim);
    }

    /**
     * Steps 6 and 7.
     *
     * @param keys {@code [tokens, headDim]}, the chosen ones and nothing else that counts
     * @param values likewise
     */
    static Mixed mix(float[][] queries, float[] keys, float[] values, int tokens) {
        int headDim = queries[0].length;
        var mixed = new Mixed(new float[queries.length][tokens], new float[queries.length][],
                new float[queries.length][]);
        for (int h = 0; h < queries.length; h++) {
            float[] scores = mixed.scores[h];
            for (int n = 0; n < tokens; n++) {
                scores[n] = dot(queries[h], keys, n * headDim);
            }
            mixed.weights[h] = probabilities(scores, scale(headDim));
            mixed.outputs[h] = weighted(mixed.weights[h], values, headDim);
        }
        return mixed;
    }

    /** {@code reduceSum} of the products of a query and the row at {@code at}. */
    private static float dot(float[] query, float[] rows, int at) {
        float[] lanes = new float[Sfu.LANES];
        for (int c = 0; c < query.length; c++) {
            lanes[c % Sfu.LANES] += query[c] * rows[at + c];
        }
        return Sfu.reduceLanes(lanes);
    }

    /** Each entry is a {@code reduceSum} over the tokens. */
    private static float[] weighted(float[] weights, float[] values, int headDim) {
        float[] lanes = new float[Sfu.LANES * headDim];
        for (int n = 0; n < weights.length; n++) {
            int lane = n % Sfu.LANES * headDim;
            for (int c = 0; c < headDim; c++) {
                lanes[lane + c] += weights[n] * values[n * headDim + c];
            }
        }
        return tree(lanes, headDim);
    }

    /** The tree of {@code reduceSum} for as many sums as a lane has elements. */
    static float[] tree(float[] lanes, int width) {
        for (int half = Sfu.LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half * width; i++) {
                lanes[i] += lanes[i + half * width];
            }
        }
        return Arrays.copyOf(lanes, width);
    }

    /** Step 8, from exact sums in steps of 2^-24. */
    static float[] mean(long[] sums, int tokens) {
        float[] mean = new float[sums.length];
        for (int c = 0; c < mean.length; c++) {
            mean[c] = (float) sums[c] / tokens * STEP;
        }
        return mean;
    }

    /** Step 10. */
    static short[] results(float[][] outputs) {
        int headDim = outputs[0].length;
        short[] results = new short[outputs.length * headDim];
        for (int i = 0; i < results.length; i++) {
            results[i] = Half.ofResult(outputs[i / headDim][i % headDim]);
        }
        return results;
    }
}
