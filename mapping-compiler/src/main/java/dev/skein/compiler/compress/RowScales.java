package dev.skein.compiler.compress;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The search for scales of one row by squared error. Scales are tried in fractions of the smallest
 * one that clips no weight.
 */
final class RowScales {
    /** Scales tried: 1, 1 - 1/32, ... of the one that clips nothing; whole vectors. */
    private static final int CANDIDATES = 24;
    private static final float CANDIDATE_STEP = 1f / 32;
    /** Adding and taking it rounds numbers far below 2^22 to the nearest integer, ties to even. */
    private static final float ROUND = 0x1.8p23f;
    /** At most 8 lanes, of which {@link #CANDIDATES} is a multiple. */
    private static final VectorSpecies<Float> SPECIES =
            FloatVector.SPECIES_PREFERRED.length() > 8 ? FloatVector.SPECIES_256
                    : FloatVector.SPECIES_PREFERRED;

    private final float[] w;
    private final int start;
    private final byte[] limits;
    private final boolean search;

    /**
     * A row.
     *
     * @param w the matrix
     * @param start where the row begins
     * @param limits largest integer of each column
     * @param search whether to look for other scales than those that clip nothing
     */
    RowScales(float[] w, int start, byte[] limits, boolean search) {
        this.w = w;
        this.start = start;
        this.limits = limits;
        this.search = search;
    }

    /** The scale of {@code n} weights with the least squared error; 0 for zeros. */
    float best(int from, int n) {
        float plain = 0;
        for (int i = from; i < from + n; i++) {
            plain = Math.max(plain, Math.abs(w[start + i]) / limits[i]);
        }
        if (Quantiser.maxAbs(w, start + from, n) < Quantiser.SMALLEST || !search) {
            return Quantiser.maxAbs(w, start + from, n) < Quantiser.SMALLEST ? 0 : plain;
        }
        float[] scales = new float[CANDIDATES];
        for (int c = 0; c < CANDIDATES; c++) {
            scales[c] = plain * (1 - c * CANDIDATE_STEP);
        }
        float[] errors = squaredErrors(from, n, scales);
        int best = 0;
        for (int c = 1; c < CANDIDATES; c++) {
            best = errors[c] < errors[best] ? c : best;
        }
        return scales[best];
    }

    /** The integer beside {@code ideal} with the lesser squared error. */
    int integer(int from, int n, float ideal, float channel) {
        int low = Math.clamp((int) Math.floor(ideal), 1, Quantiser.MAX_GROUP_SCALE);
        int high = Math.min(low + 1, Quantiser.MAX_GROUP_SCALE);
        float[] errors = squaredErrors(from, n, new float[] {low * channel, high * channel});
        return errors[0] < errors[1] ? low : high;
    }

    /** Rounds to multiples of the scale. */
    void round(int from, int n, float scale, byte[] values) {
        float inverse = scale == 0 ? 0 : 1 / scale;
        for (int i = from; i < from + n; i++) {
            values[start + i] = (byte) quantum(w[start + i], inverse, limits[i]);
        }
    }

    /** Sum over the weights of the squared error with each of the scales. */
    private float[] squaredErrors(int from, int n, float[] scales) {
        float[] inverses = new float[scales.length];
        for (int c = 0; c < scales.length; c++) {
            inverses[c] = 1 / scales[c];
        }
        float[] errors = new float[scales.length];
        if (scales.length % SPECIES.length() == 0) {
            for (int c = 0; c < scales.length; c += SPECIES.length()) {
                vectorErrors(from, n, scales, inverses, c, errors);
            }
        } else {
            for (int i = from; i < from + n; i++) {
                float value = w[start + i];
                for (int c = 0; c < scales.length; c++) {
                    float d = value - quantum(value, inverses[c], limits[i]) * scales[c];
                    errors[c] += d * d;
                }
            }
        }
        return errors;
    }

    /** The same for as many scales as a vector has lanes, to the bit: the sums are independent. */
    private void vectorErrors(int from, int n, float[] scales, float[] inverses, int c,
            float[] errors) {
        FloatVector scale = FloatVector.fromArray(SPECIES, scales, c);
        FloatVector inverse = FloatVector.fromArray(SPECIES, inverses, c);
        FloatVector magic = FloatVector.broadcast(SPECIES, ROUND);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = from; i < from + n; i++) {
            // Positive and negative weights round alike.
            FloatVector value = FloatVector.broadcast(SPECIES, Math.abs(w[start + i]));
            FloatVector q = value.mul(inverse).add(magic).sub(magic).min(limits[i]);
            FloatVector d = value.sub(q.mul(scale));
            sum = sum.add(d.mul(d));
        }
        sum.intoArray(errors, c);
    }

    /** The nearest integer in range, ties to even. */
    private static float quantum(float w, float inverse, int limit) {
        return Math.clamp(w * inverse + ROUND - ROUND, -limit, limit);
    }
}
