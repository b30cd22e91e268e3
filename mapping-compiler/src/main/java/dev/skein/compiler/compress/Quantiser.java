package dev.skein.compiler.compress;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns binary32 rows into a {@link WeightFormat}. Rows are independent, so a large matrix may be
 * quantised some rows at a time with the same result.
 *
 * <p>For each group the scale is searched that minimises the squared error: a smaller scale than
 * {@code max|w| / qmax} clips the largest weights and resolves the others better. The channel
 * scale is such that the largest group scale is 255; a group's integer scale is the better of its
 * two neighbours, and the weights are rounded anew with it. Ties of the search go to the larger
 * scale.
 */
public final class Quantiser {
    /** Scales tried, as fractions of {@code max|w| / qmax}: 1, 1 - 1/32, ...; whole vectors. */
    private static final int CANDIDATES = 24;
    private static final float CANDIDATE_STEP = 1f / 32;
    private static final int MAX_GROUP_SCALE = 255;
    /** Rows whose magnitudes are all below this become zero: their scales would be subnormal. */
    private static final float SMALLEST = 0x1p-100f;
    private static final long PARALLEL_FROM = 1 << 17;
    /** Adding and taking it rounds numbers far below 2^22 to the nearest integer, ties to even. */
    private static final float ROUND = 0x1.8p23f;
    /** At most 8 lanes, of which {@link #CANDIDATES} is a multiple. */
    private static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() > 8 ? FloatVector.SPECIES_256
                    : FloatVector.SPECIES_PREFERRED;

    private final WeightFormat format;
    private final int qmax;
    private final boolean search;

    private Quantiser(WeightFormat format, boolean search) {
        this.format = format;
        this.search = search;
        qmax = format.bits().max();
    }

    /**
     * Quantises with the scale search.
     *
     * @param weights {@code [rows, cols]}, finite
     */
    public static QuantisedMatrix quantise(float[] weights, int rows, int cols,
            WeightFormat format) {
        return new Quantiser(format, true).run(weights, rows, cols);
    }

    /** Quantises without the search: no weight is clipped but by the rounding of group scales. */
    public static QuantisedMatrix roundToNearest(float[] weights, int rows, int cols,
            WeightFormat format) {
        return new Quantiser(format, false).run(weights, rows, cols);
    }

    private QuantisedMatrix run(float[] weights, int rows, int cols) {
        int groups = format.groups(cols);
        var out = new QuantisedMatrix(format, rows, cols, new byte[Math.multiplyExact(rows, cols)],
                new byte[rows * groups], new float[rows]);
        IntStream range = IntStream.range(0, rows);
        (weights.length < PARALLEL_FROM ? range : range.parallel())
                .forEach(row -> row(weights, row, out));
        return out;
    }

    private void row(float[] weights, int row, QuantisedMatrix out) {
        int cols = out.cols();
        int start = row * cols;
        if (maxAbs(weights, start, cols) < SMALLEST) {
            return;
        }
        if (format.groupSize() == 0) {
            float scale = bestScale(weights, start, cols);
            out.channelScales()[row] = scale;
            round(weights, start, cols, scale, out.values());
            return;
        }
        int groups = format.groups(cols);
        float[] scales = new float[groups];
        float largest = 0;
        for (int g = 0; g < groups; g++) {
            int from = g * format.groupSize();
            scales[g] = bestScale(weights, start + from, Math.min(format.groupSize(), cols - from));
            largest = Math.max(largest, scales[g]);
        }
        float channel = largest / MAX_GROUP_SCALE;
        out.channelScales()[row] = channel;
        for (int g = 0; g < groups; g++) {
            int from = g * format.groupSize();
            int n = Math.min(format.groupSize(), cols - from);
            int integer = scales[g] == 0 ? 0
                    : integerScale(weights, start + from, n, scales[g] / channel, channel);
            out.groupScales()[row * groups + g] = (byte) integer;
            round(weights, start + from, n, integer * channel, out.values());
        }
    }

    /** The scale of {@code n} weights with the least squared error; 0 for zeros. */
    private float bestScale(float[] w, int at, int n) {
        float max = maxAbs(w, at, n);
        float plain = max / qmax;
        if (max < SMALLEST || !search) {
            return max < SMALLEST ? 0 : plain;
        }
        float[] scales = new float[CANDIDATES];
        for (int c = 0; c < CANDIDATES; c++) {
            scales[c] = plain * (1 - c * CANDIDATE_STEP);
        }
        float[] errors = squaredErrors(w, at, n, scales);
        int best = 0;
        for (int c = 1; c < CANDIDATES; c++) {
            best = errors[c] < errors[best] ? c : best;
        }
        return scales[best];
    }

    /** The integer beside {@code ideal} with the lesser squared error. */
    private int integerScale(float[] w, int at, int n, float ideal, float channel) {
        int low = Math.clamp((int) Math.floor(ideal), 1, MAX_GROUP_SCALE);
        int high = Math.min(low + 1, MAX_GROUP_SCALE);
        float[] errors = squaredErrors(w, at, n, new float[] {low * channel, high * channel});
        return errors[0] < errors[1] ? low : high;
    }

    /** Sum over the weights of the squared error with each of the scales. */
    private float[] squaredErrors(float[] w, int at, int n, float[] scales) {
        float[] inverses = new float[scales.length];
        for (int c = 0; c < scales.length; c++) {
            inverses[c] = 1 / scales[c];
        }
        float[] errors = new float[scales.length];
        if (scales.length % SPECIES.length() == 0) {
            for (int c = 0; c < scales.length; c += SPECIES.length()) {
                vectorErrors(w, at, n, scales, inverses, c, errors);
            }
        } else {
            for (int i = at; i < at + n; i++) {
                for (int c = 0; c < scales.length; c++) {
                    float d = w[i] - quantum(w[i], inverses[c]) * scales[c];
                    errors[c] += d * d;
                }
            }
        }
        return errors;
    }

    /** The same for as many scales as a vector has lanes, to the bit: the sums are independent. */
    private void vectorErrors(float[] w, int at, int n, float[] scales, float[] inverses, int c,
            float[] errors) {
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, c);
        FloatVector inverse = FloatVector.fromArray(SPECIES, inverses, c);
        FloatVector magic = FloatVector.broadcast(SPECIES, ROUND);
        FloatVector limit = FloatVector.broadcast(SPECIES, qmax);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = at; i < at + n; i++) {
            // Positive and negative weights round alike.
            FloatVector value = FloatVector.broadcast(SPECIES, Math.abs(w[i]));
            FloatVector q = value.mul(inverse).add(magic).sub(magic).min(limit);
            FloatVector d = value.sub(q.mul(scale));
            sum = sum.add(d.mul(d));
        }
        sum.intoArray(errors, c);
    }

    private void round(float[] w, int at, int n, float scale, byte[] values) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = at; i < at + n; i++) {
            values[i] = (byte) quantum(w[i], inverse);
        }
    }

    /** The nearest integer in range, ties to even. */
    private float quantum(float w, float inverse) {
        return Math.clamp(w * inverse + ROUND - ROUND, -qmax, qmax);
    }

    private static float maxAbs(float[] w, int at, int n) {
        float max = 0;
        for (int i = at; i < at + n; i++) {
            max = Math.max(max, Math.abs(w[i]));
        }
        return max;
    }
}
