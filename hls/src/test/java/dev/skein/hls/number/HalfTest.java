package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HalfTest {
    private static final double STEP = 0x1p-24;

    @Test
    void everyFiniteNumberIsItsSteps() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            short half = (short) bits;
            float value = Half.toFloat(half);
            assertEquals(Float.isFinite(value), Half.isFinite(half));
            if (Half.isFinite(half)) {
                assertEquals(value + 0.0, Half.toSteps(half) * STEP, "0x%04x".formatted(bits));
                assertEquals(value == 0 ? 0 : half, Half.ofResult(value));
            }
        }
    }

    @Test
    void resultsAreLimitedAndHaveOneZero() {
        assertEquals(0x7bff, Half.ofResult(65520f));
        assertEquals((short) 0xfbff, Half.ofResult(-1e30f));
        assertEquals(0, Half.ofResult(-0f));
        assertEquals(0, Half.ofResult(-0x1p-26f));
        assertEquals((short) 0x8001, Half.ofResult(-0x1.000002p-25f));
        assertEquals(0x3c00, Half.ofResult(1 + 0x1p-11f));
        assertEquals(0x3c02, Half.ofResult(1 + 0x1.8p-10f));
    }
}
