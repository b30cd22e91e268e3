package dev.skein.compiler.ir;

import java.util.Arrays;

/**
 * Dynamic int8 quantisation of activations as the hardware does it: the values become integers
 * in -127..127, held as binary32, and one scale. The order of roundings is that of the QUANT
 * instruction.
 */
final class Int8 {
    /** Rows whose largest magnitude is below this become zero: 127 / max must be finite. */
    private static final float SMALLEST = 0x1p-100f;

    private Int8() {
    }

    /**
     * Quantises {@code n} values in place.
     *
     * @return the scale: value = integer * scale
     */
    static float quantise(float[] v, int at, int n) {
        float max = 0;
        for (int i = at; i < at + n; i++) {
            max = Math.max(max, Math.abs(v[i]));
        }
        if (max < SMALLEST) {
            Arrays.fill(v, at, at + n, 0f);
            return 0;
        }
        float inverse = 127f / max;
        for (int i = at; i < at + n; i++) {
            v[i] = (float) Math.clamp(Math.rint(v[i] * inverse), -127, 127);
        }
        return max / 127f;
    }
}
