package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantiserTest {
    /** Rounding of {@code w / step} in binary32 may move a weight by this part of a step. */
    private static final double SLACK = 1e-4;

    private static float[] gaussian(long seed, int n) {
        Random random = new Random(seed);
        float[] w = new float[n];
        for (int i = 0; i < n; i++) {
            w[i] = (float) random.nextGaussian() * 0.05f;
        }
        return w;
    }

    /** A weight that is not clipped is off by half a step at most, a clipped one by the excess. */
    private static void assertWithinBound(float[] w, QuantisedMatrix q, String what) {
        float[] back = q.dequantise();
        int qmax = q.format().bits().max();
        for (int i = 0; i < w.length; i++) {
            int row = i / q.cols();
            int col = i % q.cols();
            double step = q.step(row, col);
            assertTrue(Math.abs(q.value(row, col)) <= qmax, what + " value " + q.value(row, col));
            double clipped = Math.max(0, Math.abs(w[i]) - qmax * step);
            double bound = Math.max((0.5 + SLACK) * step, clipped + Math.abs(w[i]) * 0x1p-22);
            assertTrue(Math.abs(w[i] - back[i]) <= bound, what + " element " + row + "," + col
                    + ": " + w[i] + " became " + back[i] + " with step " + step);
        }
    }

    /**
     * The signal to noise ratio of normal weights in groups of 16. Rounding to nearest over
     * {@code +-max} has noise {@code (max / qmax)^2 / 12}, and the mean square of the largest of
     * 16 is 4.55, which gives 10 log(12 qmax^2 / 4.55): 46.3, 27.7, 21.1, 13.8, 4.2 dB. The
     * search must add to that what clipping can where there are few levels.
     */
    @ParameterizedTest
    @CsvSource({"w8g16, 46.2", "w5g16, 28.0", "w4g16, 21.7", "w3g16, 14.8", "w2g16, 7.7"})
    void everyWidthKeepsItsErrorBound(String format, double decibels) {
        float[] w = gaussian(11, 40 * 172);
        QuantisedMatrix q = Quantiser.quantise(w, 40, 172, WeightFormat.parse(format));
        assertWithinBound(w, q, format);
        double snr = q.errorAgainst(w).snrDecibels();
        assertTrue(snr >= decibels, format + ": " + snr + " dB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"w8", "w5", "w4", "w3", "w2", "w8g1024", "w5g64", "w4g16", "w4g32",
        "w4g512", "w3g128", "w2g16"})
    void searchIsNeverWorseThanRoundingToNearest(String text) {
        WeightFormat format = WeightFormat.parse(text);
        for (long seed = 0; seed < 12; seed++) {
            int rows = 1 + (int) seed;
            int cols = 7 + 31 * (int) seed;
            float[] w = gaussian(seed, rows * cols);
            w[w.length / 2] *= 20;
            String what = text + " seed " + seed;
            QuantisedMatrix searched = Quantiser.quantise(w, rows, cols, format);
            QuantisedMatrix plain = Quantiser.roundToNearest(w, rows, cols, format);
            assertWithinBound(w, searched, what);
            assertWithinBound(w, plain, what);
            // The search minimises before group scales become integers; 2 % is that rounding.
            assertTrue(searched.errorAgainst(w).rmse() <= plain.errorAgainst(w).rmse() * 1.02,
                    what + ": " + searched.errorAgainst(w) + " against "
                            + plain.errorAgainst(w));
        }
    }

    @Test
    void groupScalesUseTheirRangeAndAreZeroForZerosAlone() {
        float[] w = gaussian(3, 4 * 64);
        Arrays.fill(w, 16, 32, 0f);
        Arrays.fill(w, 64, 128, 0f);
        QuantisedMatrix q = Quantiser.quantise(w, 4, 64, WeightFormat.parse("w4g16"));
        for (int row = 0; row < 4; row++) {
            int largest = 0;
            for (int group = 0; group < 4; group++) {
                boolean zeros = row == 1 || row == 0 && group == 1;
                assertEquals(zeros, q.groupScale(row, group) == 0, row + "," + group);
                largest = Math.max(largest, q.groupScale(row, group));
            }
            assertEquals(row == 1 ? 0 : 255, largest, "row " + row);
        }
        assertEquals(0, q.channelScales()[1]);
        float[] back = q.dequantise();
        assertArrayEquals(new float[64], Arrays.copyOfRange(back, 64, 128));
    }

    @Test
    void extremeMagnitudesStayFinite() {
        for (float size : new float[] {1e-37f, 1e-30f, 1e-20f, 1e20f, 1e37f}) {
            for (String format : new String[] {"w8", "w4g16", "w2g32"}) {
                float[] w = gaussian(5, 64);
                for (int i = 0; i < w.length; i++) {
                    w[i] *= size * 20;
                }
                QuantisedMatrix q = Quantiser.quantise(w, 1, 64, WeightFormat.parse(format));
                for (float v : q.dequantise()) {
                    assertTrue(Float.isFinite(v), format + " " + size);
                }
                boolean vanishes = size < 1e-30f;
                assertEquals(vanishes, q.channelScales()[0] == 0, format + " " + size);
            }
        }
    }

    @Test
    void rowsAreIndependentSoPartsGiveTheWhole() {
        int rows = 700;
        int cols = 200;
        float[] w = gaussian(9, rows * cols);
        WeightFormat format = WeightFormat.parse("w4g64");
        QuantisedMatrix whole = Quantiser.quantise(w, rows, cols, format);
        int at = 0;
        for (int part : new int[] {1, 99, 600}) {
            QuantisedMatrix q = Quantiser.quantise(
                    Arrays.copyOfRange(w, at * cols, (at + part) * cols), part, cols, format);
            assertArrayEquals(Arrays.copyOfRange(whole.values(), at * cols, (at + part) * cols),
                    q.values());
            assertArrayEquals(Arrays.copyOfRange(whole.channelScales(), at, at + part),
                    q.channelScales());
            assertArrayEquals(Arrays.copyOfRange(whole.groupScales(), at * 4, (at + part) * 4),
                    q.groupScales());
            at += part;
        }
    }

    @Test
    void representableWeightsAreKept() {
        float[] w = new float[4 * 32];
        Random random = new Random(21);
        for (int row = 0; row < 4; row++) {
            for (int i = 0; i < 32; i++) {
                // Both groups reach the largest integer, one with scale 255, one with 100.
                int q = i % 16 == 0 ? 7 : random.nextInt(15) - 7;
                w[row * 32 + i] = q * (i < 16 ? 255 : 100) * 0x1p-12f * (row + 1);
            }
        }
        QuantisedMatrix q = Quantiser.quantise(w, 4, 32, WeightFormat.parse("w4g16"));
        assertTrue(q.errorAgainst(w).relative() < 1e-6, q.errorAgainst(w).toString());
    }
}
