package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.number.Sfu;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VectorExpTest {
    /** Prime, so that every exponent and sign comes with many mantissas. */
    private static final int STEP = 4093;

    private static final float[] CORNERS = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE, 88f, -87f,
        Math.nextUp(88f), Math.nextDown(-87f), Float.MAX_VALUE, -Float.MAX_VALUE, 0.34657359f,
        -0.34657359f, 1f, -1f};

    @Test
    void exponentialEqualsTheReferenceInEveryBit() {
        int n = 4096;
        float[] x = new float[n];
        for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += (long) n * STEP) {
            for (int i = 0; i < n; i++) {
                float v = Float.intBitsToFloat((int) (bits + (long) i * STEP));
                x[i] = Float.isFinite(v) ? v : CORNERS[i % CORNERS.length];
            }
            float[] y = x.clone();
            VectorExp.exp(y, n);
            for (int i = 0; i < n; i++) {
                same(Sfu.exp(x[i]), y[i], "exp", x[i]);
            }
        }
    }

    /** Up to magnitudes at which no intermediate result overflows. */
    @ParameterizedTest
    @EnumSource(EwiseFunction.class)
    void elementFunctionsEqualTheReferenceInEveryBit(EwiseFunction fn) {
        var math = new VectorRowMath();
        int n = 4096;
        float[] a = new float[n + 16];
        float[] b = new float[n + 16];
        Arrays.fill(b, 0.7f);
        int highest = Float.floatToRawIntBits(1e9f);
        int bits = 0;
        for (int round = 0; round < 80; round++) {
            for (int i = 0; i < n; i++) {
                bits = (int) ((bits + (long) STEP * 7) % highest);
                float v = Float.intBitsToFloat(bits);
                a[i] = i < CORNERS.length && Math.abs(CORNERS[i]) < 1e9f ? CORNERS[i]
                        : i % 2 == 0 ? v : -v;
            }
            float[] x = a.clone();
            math.ewise(fn, a, b, n);
            for (int i = 0; i < n; i++) {
                same(Sfu.ewise(fn, x[i], b[i]), a[i], fn.name(), x[i]);
            }
        }
    }

    private static void same(float want, float got, String function, float x) {
        if (Float.floatToRawIntBits(want) != Float.floatToRawIntBits(got)) {
            assertEquals(want, got, function + "(" + x + ")");
        }
    }
}
