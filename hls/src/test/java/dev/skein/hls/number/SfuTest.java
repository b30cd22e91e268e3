package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class SfuTest {
    private static final long SEED = 20260131;

    private final SplittableRandom random = new SplittableRandom(SEED);

    /** Unary function in binary32. */
    private interface Unary {
        float of(float x);
    }

    @Test
    void expIsWithinTwoUlp() {
        assertTrue(worstUlp(Sfu::exp, Math::exp, -87f, 88f) <= 2, "seed " + SEED);
    }

    @Test
    void expSaturatesAtItsEnds() {
        assertEquals(0f, Sfu.exp(Math.nextDown(-87f)));
        assertEquals(0f, Sfu.exp(-Float.MAX_VALUE));
        assertEquals(Math.exp(-87), Sfu.exp(-87f), Math.ulp((float) Math.exp(-87)) * 2);
        assertEquals(Sfu.exp(88f), Sfu.exp(Float.MAX_VALUE));
        assertTrue(Float.isFinite(Sfu.exp(88f)));
        assertEquals(1f, Sfu.exp(0f));
        assertEquals(1f, Sfu.exp(-0f));
        assertEquals(1f, Sfu.exp(Float.MIN_VALUE));
    }

    @Test
    void siluIsWithinFourUlp() {
        assertTrue(worstUlp(Sfu::silu, a -> a / (1 + Math.exp(-a)), -80f, 80f) <= 4,
                "seed " + SEED);
    }

    @Test
    void geluTanhIsWithinItsBound() {
        double worst = worst(Sfu::geluTanh, a -> 0.5 * a
                * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (a + 0.044715 * a * a * a))));
        assertTrue(worst <= 1e-6, "error " + worst + ", seed " + SEED);
    }

    @Test
    void erfAndGeluAreWithinTheBoundOfTheApproximation() {
        double worst = worst(Sfu::erf, SfuTest::erf);
        assertTrue(worst <= 5e-7, "error of erf " + worst + ", seed " + SEED);
        worst = worst(Sfu::geluErf, a -> 0.5 * a * (1 + erf(a / Math.sqrt(2))));
        assertTrue(worst <= 2e-6, "error of gelu " + worst + ", seed " + SEED);
        assertEquals(-Sfu.erf(0.5f), Sfu.erf(-0.5f));
    }

    @Test
    void softmaxIsNearDoubleAndZeroBehindItsLength() {
        for (int n : new int[] {1, 2, 15, 16, 17, 172, 1000}) {
            float[] x = floats(n + 3, 20);
            float[] p = Sfu.softmax(x, n, 0.125f);
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.exp((double) x[i] * 0.125f);
            }
            for (int i = 0; i < n; i++) {
                float want = (float) (Math.exp((double) x[i] * 0.125f) / sum);
                // 2 ulp each of exp, sum and division, and the rounding of (x * factor) - max
                assertEquals(want, p[i], 24 * Math.ulp(want), "n " + n + ", seed " + SEED);
            }
            assertArrayEquals(new float[] {0, 0, 0}, Arrays.copyOfRange(p, n, n + 3));
        }
        assertArrayEquals(new float[] {1, 0, 0}, Sfu.softmax(new float[] {-3e30f, 7, 7}, 1, 1));
        assertArrayEquals(new float[] {1, 0}, Sfu.softmax(new float[] {500, -500}, 2, 1));
    }

    @Test
    void reductionKeepsItsOrder() {
        // lane 0 takes elements 0, 16, 32: the large ones cancel before the small one comes
        float[] v = new float[33];
        v[0] = 1e30f;
        v[16] = -1e30f;
        v[32] = 1f;
        v[8] = 2f;
        assertEquals(3f, Sfu.reduceSum(v, 33));
        // lanes 0 and 8 meet first, then 4: 1 is lost in lane 8's large value, 2 is not
        v = new float[16];
        v[0] = 1f;
        v[8] = 1e30f;
        v[4] = -1e30f;
        v[1] = 2f;
        assertEquals(2f, Sfu.reduceSum(v, 16));
        assertEquals(0f, Sfu.reduceSum(v, 0));
        assertEquals(0, Float.floatToRawIntBits(Sfu.reduceSum(new float[] {-0f}, 1)));
    }

    @Test
    void quantisationRoundsHalfToEven() {
        // max 127: the inverse is 1 and values stand for themselves
        float[] v = {127f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f, -127f, 125.5f};
        var q = Sfu.quantise(v);
        assertEquals(1f, q.scale());
        assertArrayEquals(new byte[] {127, 0, 2, 2, 0, -2, -2, 126, -127, 126, 0, 0, 0, 0, 0, 0},
                q.values());
    }

    @Test
    void quantisationOfExtremes() {
        assertEquals(0f, Sfu.quantise(new float[17]).scale());
        assertArrayEquals(new byte[32], Sfu.quantise(new float[17]).values());
        assertEquals(0f, Sfu.quantise(new float[] {Math.nextDown(0x1p-100f)}).scale());
        var q = Sfu.quantise(new float[] {0x1p-100f, -0x1p-101f});
        assertEquals(127, q.values()[0]);
        assertEquals(-64, q.values()[1]);
        q = Sfu.quantise(new float[] {Float.MAX_VALUE, -Float.MAX_VALUE});
        assertEquals(127, q.values()[0]);
        assertEquals(-127, q.values()[1]);
        for (int round = 0; round < 2000; round++) {
            float[] v = floats(50, (float) Math.exp(random.nextDouble(-60, 60)));
            var row = Sfu.quantise(v);
            for (int i = 0; i < v.length; i++) {
                assertEquals(v[i], row.values()[i] * row.scale(), 0.50001f * row.scale(),
                        "seed " + SEED);
            }
        }
    }

    @Test
    void normsAreNearDouble() {
        for (int n : new int[] {1, 5, 16, 172, 4097}) {
            float[] x = floats(n, 3);
            float[] w = floats(n, 2);
            float[] b = floats(n, 1);
            double mean = 0;
            double square = 0;
            for (float a : x) {
                mean += a / (double) n;
                square += (double) a * a / n;
            }
            double variance = 0;
            for (float a : x) {
                variance += (a - mean) * (a - mean) / n;
            }
            float[] rms = Sfu.rmsNorm(x, w, 1e-5f);
            float[] layer = Sfu.layerNorm(x, w, b, 1e-5f);
            for (int i = 0; i < n; i++) {
                assertEquals(x[i] / Math.sqrt(square + 1e-5) * w[i], rms[i], 1e-5);
                double want = (x[i] - mean) / Math.sqrt(variance + 1e-5) * w[i] + b[i];
                assertEquals(want, layer[i], n == 1 ? 1e-3 : 1e-5, "n " + n);
            }
        }
    }

    @Test
    void ropeTurnsPairsOfBothStyles() {
        float[] head = {1, 2, 3, 4, 5, 6};
        float[] table = {0, 0.5f, 1, 2};
        assertArrayEquals(new float[] {-2, 1, 1.5f - 8, 6 + 2, 5, 6},
                Sfu.rope(head, table, RopeStyle.INTERLEAVED));
        assertArrayEquals(new float[] {-3, 1 - 8, 1, 4 + 2, 5, 6},
                Sfu.rope(head, table, RopeStyle.HALF));
        assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, head);
    }

    @Test
    void elementFunctions() {
        assertEquals(5f, Sfu.ewise(EwiseFunction.ADD, 2, 3));
        assertEquals(6f, Sfu.ewise(EwiseFunction.MUL, 2, 3));
        assertEquals(2f, Sfu.ewise(EwiseFunction.COPY, 2, 3));
        assertEquals(0f, Sfu.ewise(EwiseFunction.RELU, -2, 3));
        assertEquals(0, Float.floatToRawIntBits(Sfu.relu(-0f)));
        assertEquals(Sfu.silu(2) * 3f, Sfu.ewise(EwiseFunction.SILU_MUL, 2, 3));
        assertEquals(Sfu.silu(2), Sfu.ewise(EwiseFunction.SILU, 2, 3));
        assertEquals(Sfu.geluErf(2), Sfu.ewise(EwiseFunction.GELU_ERF, 2, 3));
        assertEquals(Sfu.geluTanh(2), Sfu.ewise(EwiseFunction.GELU_TANH, 2, 3));
    }

    @Test
    void dotIsExactAndOutputRoundsOnce() {
        byte[] x = {-128, 127, 3};
        byte[] w = {-128, -127, 5};
        assertEquals(16384 - 16129 + 15, Sfu.dot(x, w, new int[0], 0));
        byte[] ones = new byte[20];
        Arrays.fill(ones, (byte) 1);
        assertEquals(16 * 255 + 4 * 2, Sfu.dot(ones, ones, new int[] {255, 2}, 16));
        // a tie at 25 bits goes to the even neighbour; a double between would not change it here
        assertEquals(16777216f, Sfu.output(16777217L, 1f, 1f));
        assertEquals(16777220f, Sfu.output(16777219L, 1f, 1f));
        // rounding twice, to double and then to float, would give 2^60 here
        long sum = (1L << 60) + (1L << 36) + 1;
        assertEquals(0x1.000002p60f, Sfu.output(sum, 1f, 1f));
        assertEquals((3f * 0.1f) * 0.7f, Sfu.output(3, 0.1f, 0.7f));
    }

    private double worstUlp(Unary f, DoubleUnaryOperator exact, float from, float to) {
        double worst = 0;
        for (int i = 0; i < 400_000; i++) {
            float x = (float) (from + (to - from) * random.nextDouble());
            x = i % 4 == 0 ? x / 64 : x;
            double want = exact.applyAsDouble(x);
            worst = Math.max(worst, Math.abs(f.of(x) - want) / Math.ulp((float) want));
        }
        return worst;
    }

    private double worst(Unary f, DoubleUnaryOperator exact) {
        double worst = 0;
        for (int i = 0; i < 200_000; i++) {
            float x = (float) random.nextDouble(-8, 8);
            double scale = Math.max(1, Math.abs(x));
            worst = Math.max(worst, Math.abs(f.of(x) - exact.applyAsDouble(x)) / scale);
        }
        return worst;
    }

    private float[] floats(int n, float range) {
        float[] v = new float[n];
        for (int i = 0; i < n; i++) {
            v[i] = (float) random.nextDouble(-range, range);
        }
        return v;
    }

    /** Maclaurin series up to 3, beyond it the continued fraction of erfc, in double. */
    private static double erf(double z) {
        double a = Math.abs(z);
        double value;
        if (a < 3) {
            double term = a;
            value = a;
            for (int n = 1; n < 80; n++) {
                term *= -a * a / n;
                value += term / (2 * n + 1);
            }
            value *= 2 / Math.sqrt(Math.PI);
        } else {
            double f = a;
            for (int n = 60; n > 0; n--) {
                f = a + n / 2.0 / f;
            }
            value = 1 - Math.exp(-a * a) / (f * Math.sqrt(Math.PI));
        }
        return z < 0 ? -value : value;
    }
}
