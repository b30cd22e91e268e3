package dev.skein.hls.number;

import java.util.Arrays;

/**
 * Indices of the largest values, as every device finds them: the greater value first, of equal
 * values the lower index; what was chosen is listed by increasing index.
 */
public final class ArgTopK {
    private static final int SIGN = 0x8000_0000;

    private ArgTopK() {
    }

    /**
     * The indices of the {@code count} largest of the first {@code n} values.
     *
     * @param values not negative, no NaN, so that their bits order them
     * @param count at most n
     * @throws IllegalArgumentException if a value is negative
     */
    public static int[] largest(float[] values, int n, int count) {
        long[] keys = new long[n];
        for (int i = 0; i < n; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            if ((bits & SIGN) != 0) {
                throw new IllegalArgumentException("value " + i + " is " + values[i]
                        + "; only values that are not negative have an order here");
            }
            keys[i] = (long) ~bits << Integer.SIZE | i;
        }
        Arrays.sort(keys);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = (int) keys[i];
        }
        Arrays.sort(chosen);
        return chosen;
    }
}
