package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class Int8Test {
    @Test
    void largestMagnitudeBecomes127AndTiesGoToEven() {
        float[] v = {9, -254, 127, 1, 3, 5, 9};
        assertEquals(2, Int8.quantise(v, 1, 5));
        assertArrayEquals(new float[] {9, -127, 64, 0, 2, 2, 9}, v);
    }

    @Test
    void vanishingRowsBecomeZero() {
        float[] v = {0x1p-101f, -0x1p-120f, 0};
        assertEquals(0, Int8.quantise(v, 0, 3));
        assertArrayEquals(new float[3], v);
        assertEquals(0, Int8.quantise(v, 0, 0));
    }

    @Test
    void errorIsAtMostHalfAStep() {
        float[] exact = new float[1000];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = (float) Math.sin(i) * 3.7f;
        }
        float[] v = exact.clone();
        float scale = Int8.quantise(v, 0, v.length);
        for (int i = 0; i < v.length; i++) {
            assertEquals(exact[i], v[i] * scale, scale * 0.50001, "element " + i);
        }
    }
}
