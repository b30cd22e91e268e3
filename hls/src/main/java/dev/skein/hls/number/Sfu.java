package dev.skein.hls.number;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;

/**
 * Scalar reference of the special function unit and of the output stage of the MPE: the numeric
 * contract of {@code docs/numbers.md} as straight code. Pure functions on binary32; every operation
 * is rounded on its own and in the order written here, so that simulators, HLS, RTL and GPU kernels
 * can be compared bit for bit.
 *
 * <p>Inputs are finite; what NaN or infinity give is not part of the contract.
 */
public final class Sfu {
    /** Lanes of the reduction tree. */
    public static final int LANES = 16;

    /** Below this maximum a row is quantised to zeros, so that {@code 127 / max} stays finite. */
    public static final float QUANTISE_FLOOR = 0x1p-100f;

    /** Largest magnitude of a quantised activation. */
    public static final int QUANTISE_MAX = 127;

    /** Arguments above this give {@code exp} of this. */
    public static final float EXP_HIGH = 88f;

    /** Arguments below this give an exponential of 0. */
    public static final float EXP_LOW = -87f;

    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;

    private Sfu() {
    }

    /**
     * A quantised row.
     *
     * @param values {@code [align16(cols)] int8}, zeros behind the columns
     * @param scale value of one step
     */
    public record QuantisedRow(byte[] values, float scale) {
    }

    /**
     * Sum of {@code n} elements: lane {@code i % 16} adds element i in increasing i from +0, then
     * the lanes are added in a tree, 8 to 8, 4 to 4, 2 to 2, 1 to 1.
     */
    public static float reduceSum(float[] v, int n) {
        float[] lanes = new float[LANES];
        for (int i = 0; i < n; i++) {
            lanes[i % LANES] += v[i];
        }
        return reduceLanes(lanes);
    }

    /** The tree of {@link #reduceSum} over 16 lanes, which it overwrites. */
    public static float reduceLanes(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    /**
     * Exponential after Cephes {@code expf}: argument reduction by ln 2 in two parts, polynomial of
     * degree 5, scaling by a power of two. Error at most 2 ulp for arguments in [-87, 88]; 0 below,
     * {@code exp(88)} above.
     */
    public static float exp(float x) {
        if (x < EXP_LOW) {
            return 0f;
        }
        float a = x > EXP_HIGH ? EXP_HIGH : x;
        float t = (float) Math.rint(a * LOG2_E);
        float r = a - t * LN2_HIGH;
        r = r - t * LN2_LOW;
        float p = 1.9875691500e-4f;
        p = p * r + 1.3981999507e-3f;
        p = p * r + 8.3334519073e-3f;
        p = p * r + 4.1665795894e-2f;
        p = p * r + 1.6666665459e-1f;
        p = p * r + 5.0000001201e-1f;
        float y = p * (r * r) + r + 1f;
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) + ((int) t << 23));
    }

    /** {@code 1 - 2 / (exp(2u) + 1)}. */
    public static float tanh(float u) {
        return 1f - 2f / (exp(2f * u) + 1f);
    }

    /** Error function, Abramowitz and Stegun 7.1.26: absolute error at most 5e-7. */
    public static float erf(float z) {
        float t = 1f / (1f + 0.3275911f * Math.abs(z));
        float p = 1.061405429f;
        p = p * t + -1.453152027f;
        p = p * t + 1.421413741f;
        p = p * t + -0.284496736f;
        p = p * t + 0.254829592f;
        p = p * t;
        float y = 1f - p * exp(-(z * z));
        return z < 0f ? -y : y;
    }

    /** {@code a > 0 ? a : 0}. */
    public static float relu(float a) {
        return a > 0f ? a : 0f;
    }

    /** {@code a / (1 + exp(-a))}. */
    public static float silu(float a) {
        return a / (1f + exp(-a));
    }

    /** GELU by tanh, as GPT-2 has it. */
    public static float geluTanh(float a) {
        float u = 0.7978845608f * (a + 0.044715f * (a * a * a));
        return 0.5f * a * (1f + tanh(u));
    }

    /** GELU by the error function. */
    public static float geluErf(float a) {
        return 0.5f * a * (1f + erf(a * 0.70710678f));
    }

    /** One element of EWISE; {@code b} counts for binary functions only. */
    public static float ewise(EwiseFunction fn, float a, float b) {
        return switch (fn) {
            case COPY -> a;
            case ADD -> a + b;
            case MUL -> a * b;
            case RELU -> relu(a);
            case SILU -> silu(a);
            case GELU_TANH -> geluTanh(a);
            case GELU_ERF -> geluErf(a);
            case SILU_MUL -> silu(a) * b;
        };
    }

    /** RMSNorm of one row, {@code x, weight [n]}. */
    public static float[] rmsNorm(float[] x, float[] weight, float eps) {
        int n = x.length;
        float r = 1f / (float) Math.sqrt(meanSquare(x) + eps);
        float[] y = new float[n];
        for (int i = 0; i < n; i++) {
            y[i] = x[i] * r * weight[i];
        }
        return y;
    }

    /** LayerNorm of one row, {@code x, weight, bias [n]}. */
    public static float[] layerNorm(float[] x, float[] weight, float[] bias, float eps) {
        int n = x.length;
        float mean = reduceSum(x, n) / n;
        float[] d = new float[n];
        for (int i = 0; i < n; i++) {
            d[i] = x[i] - mean;
        }
        float r = 1f / (float) Math.sqrt(meanSquare(d) + eps);
        for (int i = 0; i < n; i++) {
            d[i] = d[i] * r * weight[i] + bias[i];
        }
        return d;
    }

    private static float meanSquare(float[] x) {
        float[] squares = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            squares[i] = x[i] * x[i];
        }
        return reduceSum(squares, x.length) / x.length;
    }

    /**
     * Softmax of {@code x * factor} over the first {@code len} elements, 0 behind them.
     *
     * @param len 1 to {@code x.length}
     */
    public static float[] softmax(float[] x, int len, float factor) {
        return softmax(x, len, len, len, factor);
    }

    /**
     * Softmax of {@code x * factor} over the first {@code len} elements without those of
     * {@code [hiddenFrom, hiddenTo)}; 0 in those and behind {@code len}.
     *
     * @param len 1 to {@code x.length}
     * @param hiddenFrom first element that does not count
     * @param hiddenTo one past the last, at most {@code len - 1}; none if not above the first
     */
    public static float[] softmax(float[] x, int len, int hiddenFrom, int hiddenTo,
            float factor) {
        float[] y = new float[x.length];
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < len; i++) {
            if (i < hiddenFrom || i >= hiddenTo) {
                y[i] = x[i] * factor;
                max = Math.max(max, y[i]);
            }
        }
        for (int i = 0; i < len; i++) {
            y[i] = i < hiddenFrom || i >= hiddenTo ? exp(y[i] - max) : 0f;
        }
        float inverse = 1f / reduceSum(y, len);
        for (int i = 0; i < len; i++) {
            y[i] = y[i] * inverse;
        }
        return y;
    }

    /** Dynamic quantisation of one row, round half to even, padded with zeros to 16. */
    public static QuantisedRow quantise(float[] v) {
        byte[] q = new byte[PackedRows.align16(v.length)];
        float max = 0f;
        for (float x : v) {
            max = Math.max(max, Math.abs(x));
        }
        if (max < QUANTISE_FLOOR) {
            return new QuantisedRow(q, 0f);
        }
        float inverse = QUANTISE_MAX / max;
        for (int i = 0; i < v.length; i++) {
            int r = (int) Math.rint(v[i] * inverse);
            q[i] = (byte) Math.clamp(r, -QUANTISE_MAX, QUANTISE_MAX);
        }
        return new QuantisedRow(q, max / QUANTISE_MAX);
    }

    /**
     * Rotary embedding of one head.
     *
     * @param head {@code [headDim]}
     * @param table {@code [rotaryDim]}: rotaryDim / 2 cosines, then as many sines; elements of the
     *     head from rotaryDim on stay as they are
     */
    public static float[] rope(float[] head, float[] table, RopeStyle style) {
        int half = table.length / 2;
        float[] out = head.clone();
        for (int i = 0; i < half; i++) {
            int first = style == RopeStyle.INTERLEAVED ? 2 * i : i;
            int second = style == RopeStyle.INTERLEAVED ? 2 * i + 1 : i + half;
            float x0 = head[first];
            float x1 = head[second];
            float c = table[i];
            float s = table[half + i];
            out[first] = x0 * c - x1 * s;
            out[second] = x0 * s + x1 * c;
        }
        return out;
    }

    /**
     * Exact product sum of a matrix instruction: {@code sum_k x w}, with groups
     * {@code sum_g scale_g sum_{k in g} x w}.
     *
     * @param x {@code [k] int8}
     * @param w {@code [k]} weights
     * @param groupScales {@code [ceil(k / groupSize)]}, 0 to 255; read where groupSize is not 0
     * @param groupSize weights a group, 0 for none
     */
    public static long dot(byte[] x, byte[] w, int[] groupScales, int groupSize) {
        long sum = 0;
        for (int i = 0; i < w.length; i++) {
            int product = x[i] * w[i];
            sum += groupSize == 0 ? product : (long) product * groupScales[i / groupSize];
        }
        return sum;
    }

    /**
     * Output stage of a matrix instruction without bias: the integer rounded to binary32, then the
     * two products. {@code rowScale} is 1 where the weights have no row scales (the product with 1
     * changes nothing).
     */
    public static float output(long sum, float rowScale, float actScale) {
        return (float) sum * rowScale * actScale;
    }
}
