package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressorTest {
    private static float[] random(long seed, int n) {
        Random random = new Random(seed);
        float[] w = new float[n];
        for (int i = 0; i < n; i++) {
            w[i] = (float) random.nextGaussian();
        }
        return w;
    }

    @ParameterizedTest
    @ValueSource(strings = {"w4g16@8:16", "w8@2:4", "w3g32@0.5", "mixed3.5g16", "mixed3.5g64@0.4",
        "w8@12:16", "w2g16@2:16"})
    void blocksHoldWhatTheirClassAllows(String text) {
        WeightFormat format = WeightFormat.parse(text);
        int rows = 40;
        int cols = 172;
        QuantisedMatrix m = Compressor.compress(random(1, rows * cols), rows, cols, format);
        for (int r = 0; r < rows; r++) {
            for (int from = 0; from < cols; from += 16) {
                int kept = 0;
                var type = m.blockClass(r, from);
                for (int c = from; c < Math.min(cols, from + 16); c++) {
                    kept += m.value(r, c) == 0 ? 0 : 1;
                    assertTrue(Math.abs(m.value(r, c)) <= type.bits().max());
                }
                assertTrue(kept <= type.pattern().kept(), text + ": row " + r + ", " + from);
            }
        }
    }

    /** Tiles are compressed on their own. */
    @Test
    void stripsDoNotDependOnEachOther() {
        WeightFormat format = WeightFormat.parse("mixed3.5g32@0.5");
        float[] w = random(2, 48 * 100);
        QuantisedMatrix whole = Compressor.compress(w, 48, 100, format);
        QuantisedMatrix part = Compressor.compress(Arrays.copyOfRange(w, 1600, 4800), 32, 100,
                format);
        assertArrayEquals(whole.slice(16, 32).dequantise(), part.dequantise());
        assertArrayEquals(whole.slice(16, 32).classes(), part.classes());
    }

    /** A 2:4 checkpoint keeps its zeros and loses nothing but precision. */
    @Test
    void zerosOfTwoInFourStay() {
        float[] w = random(3, 16 * 64);
        for (int i = 0; i < w.length; i++) {
            w[i] = i % 4 == i / 64 % 3 || i % 4 == 3 ? 0 : w[i];
        }
        for (String text : new String[] {"w8@2:4", "w8@8:16", "w8"}) {
            float[] q = Compressor.compress(w, 16, 64, WeightFormat.parse(text)).dequantise();
            for (int i = 0; i < w.length; i++) {
                assertTrue(w[i] == 0 ? q[i] == 0 : Math.abs(w[i] - q[i]) < 0.02, text + ": " + i);
            }
        }
    }

    @Test
    void assignmentsAreOptimal() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] counts = {1 + random.nextInt(3), random.nextInt(3), 1 + random.nextInt(2)};
            double[][] cost = new double[Arrays.stream(counts).sum()][3];
            for (double[] row : cost) {
                Arrays.setAll(row, _ -> random.nextInt(20));
            }
            int[] found = BlockAssignment.solve(cost, counts);
            double total = 0;
            int[] used = new int[3];
            for (int b = 0; b < found.length; b++) {
                total += cost[b][found[b]];
                used[found[b]]++;
            }
            assertArrayEquals(counts, used, "seed " + seed);
            assertEquals(least(cost, 0, counts), total, "seed " + seed);
        }
    }

    private static double least(double[][] cost, int block, int[] left) {
        if (block == cost.length) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int c = 0; c < left.length; c++) {
            if (left[c] > 0) {
                left[c]--;
                best = Math.min(best, cost[block][c] + least(cost, block + 1, left));
                left[c]++;
            }
        }
        return best;
    }
}
