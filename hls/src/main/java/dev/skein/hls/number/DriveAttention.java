package dev.skein.hls.number;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Scalar reference of decode attention in a drive, SparF of InstInfer: the steps of
 * docs/numbers.md, "Attention in the drive", for one key-value head and the query heads that share
 * it. Every implementation gives these bits.
 */
public final class DriveAttention {
    /** Probabilities below this become 0, so that no subnormal number reaches a result. */
    public static final float FLOOR = 0x1p-64f;

    private static final float STEP = 0x1p-24f;

    private final int queryHeads;
    private final int headDim;
    private final float[][] queries;
    private final KvSource kv;
    private final Sparf sparf;

    private DriveAttention(short[] queries, KvSource kv, Sparf sparf) {
        this.headDim = kv.headDim();
        if (queries.length == 0 || queries.length % headDim != 0) {
            throw new IllegalArgumentException(queries.length + " query entries for heads of "
                    + headDim + "; one head or more, each of that size");
        }
        KvHead.requireFinite("query", headDim, queries);
        this.queryHeads = queries.length / headDim;
        this.queries = new float[queryHeads][headDim];
        for (int i = 0; i < queries.length; i++) {
            this.queries[i / headDim][i % headDim] = Half.toFloat(queries[i]);
        }
        this.kv = kv;
        this.sparf = sparf;
    }

    /**
     * The result.
     *
     * @param outputs {@code [queryHeads, headDim] binary16}
     * @param chosen what was attended to
     */
    public record Attended(short[] outputs, Chosen chosen) {
    }

    /**
     * Attends.
     *
     * @param queries {@code [queryHeads, headDim] binary16}
     * @param kv the cache, with the current token as its last
     * @throws IllegalArgumentException in one sentence, if sizes do not fit or a number is none
     */
    public static Attended attend(short[] queries, KvSource kv, Sparf sparf) {
        if (sparf.channels() > kv.headDim()) {
            throw new IllegalArgumentException("channels r: " + sparf.channels()
                    + "; a head has " + kv.headDim());
        }
        var attention = new DriveAttention(queries, kv, sparf);
        Chosen chosen = attention.choose();
        return new Attended(attention.attendTo(chosen), chosen);
    }

    private Chosen choose() {
        int tokens = kv.tokens();
        float[] alpha = new float[queryHeads];
        if (sparf.isDense(tokens)) {
            Arrays.fill(alpha, 1f);
            return new Chosen(new int[0], IntStream.range(0, tokens).toArray(), alpha);
        }
        int[] channels = ArgTopK.largest(magnitudes(), headDim, sparf.channels());
        short[][] columns = kv.keyColumns(channels);
        float[][] p = new float[queryHeads][];
        float[] shared = new float[tokens];
        for (int h = 0; h < queryHeads; h++) {
            p[h] = probabilities(approximateScores(gathered(queries[h], channels),
                    columns), factor(queries[h], channels));
            for (int t = 0; t < tokens; t++) {
                shared[t] += p[h][t];
            }
        }
        int older = tokens - sparf.local();
        int[] best = ArgTopK.largest(shared, older, sparf.tokens() - sparf.local());
        int[] chosen = IntStream.concat(Arrays.stream(best), IntStream.range(older, tokens))
                .toArray();
        for (int h = 0; h < queryHeads; h++) {
            alpha[h] = Math.min(1f, Sfu.reduceSum(gathered(p[h], chosen), chosen.length));
        }
        return new Chosen(channels, chosen, alpha);
    }

    private float[] magnitudes() {
        float[] m = new float[headDim];
        for (float[] q : queries) {
            for (int c = 0; c < headDim; c++) {
                m[c] += Math.abs(q[c]);
            }
        }
        return m;
    }

    /** Of a query's chosen channels, {@code 1 / sqrt(d |q_i| / |q|)}. */
    private float factor(float[] q, int[] channels) {
        float[] all = new float[headDim];
        for (int c = 0; c < headDim; c++) {
            all[c] = Math.abs(q[c]);
        }
        float some = Sfu.reduceSum(gathered(all, channels), channels.length);
        if (some == 0f) {
            return 1f;
        }
        float ratio = some / Sfu.reduceSum(all, headDim);
        return 1f / (float) Math.sqrt(headDim * ratio);
    }

    private float[] approximateScores(float[] chosenQuery, short[][] columns) {
        float[] scores = new float[kv.tokens()];
        float[] products = new float[columns.length];
        for (int t = 0; t < scores.length; t++) {
            for (int n = 0; n < products.length; n++) {
                products[n] = chosenQuery[n] * Half.toFloat(columns[n][t]);
            }
            scores[t] = Sfu.reduceSum(products, products.length);
        }
        return scores;
    }

    private static float[] probabilities(float[] scores, float factor) {
        float[] p = Sfu.softmax(scores, scores.length, factor);
        for (int i = 0; i < p.length; i++) {
            p[i] = p[i] < FLOOR ? 0f : p[i];
        }
        return p;
    }

    private static float[] gathered(float[] from, int[] indices) {
        float[] out = new float[indices.length];
        for (int n = 0; n < out.length; n++) {
            out[n] = from[indices[n]];
        }
        return out;
    }

    private short[] attendTo(Chosen chosen) {
        boolean dense = sparf.isDense(kv.tokens());
        float[] mean = dense ? new float[0] : mean();
        float[][] o = weighted(weights(chosen.tokens()), chosen.tokens());
        short[] outputs = new short[queryHeads * headDim];
        for (int h = 0; h < queryHeads; h++) {
            float alpha = chosen.alpha()[h];
            for (int c = 0; c < headDim; c++) {
                float y = dense ? o[h][c] : alpha * o[h][c] + (1f - alpha) * mean[c];
                outputs[h * headDim + c] = Half.ofResult(y);
            }
        }
        return outputs;
    }

    /** {@code [queryHeads, tokens]} */
    private float[][] weights(int[] tokens) {
        float[][] scores = new float[queryHeads][tokens.length];
        float[] products = new float[headDim];
        kv.keyRows(tokens, (n, keys, offset) -> {
            for (int h = 0; h < queryHeads; h++) {
                for (int c = 0; c < headDim; c++) {
                    products[c] = queries[h][c] * Half.toFloat(keys[offset + c]);
                }
                scores[h][n] = Sfu.reduceSum(products, headDim);
            }
        });
        for (int h = 0; h < queryHeads; h++) {
            scores[h] = probabilities(scores[h], 1f / (float) Math.sqrt(headDim));
        }
        return scores;
    }

    /** {@code [queryHeads, headDim]}: sums over tokens, whose lanes are kept apart. */
    private float[][] weighted(float[][] weights, int[] tokens) {
        float[][][] lanes = new float[queryHeads][headDim][Sfu.LANES];
        kv.valueRows(tokens, (n, values, offset) -> {
            for (int h = 0; h < queryHeads; h++) {
                for (int c = 0; c < headDim; c++) {
                    lanes[h][c][n % Sfu.LANES] += weights[h][n] * Half.toFloat(values[offset + c]);
                }
            }
        });
        float[][] o = new float[queryHeads][headDim];
        for (int h = 0; h < queryHeads; h++) {
            for (int c = 0; c < headDim; c++) {
                o[h][c] = Sfu.reduceLanes(lanes[h][c]);
            }
        }
        return o;
    }

    private float[] mean() {
        long[] sums = kv.valueSums();
        float[] mean = new float[headDim];
        for (int c = 0; c < headDim; c++) {
            mean[c] = (float) sums[c] / kv.tokens() * STEP;
        }
        return mean;
    }
}
