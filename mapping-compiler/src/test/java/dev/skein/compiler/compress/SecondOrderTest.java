package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On inputs whose channels go together, as those of real layers do. */
class SecondOrderTest {
    private static final int ROWS = 40;
    private static final int COLS = 72;
    private static final int TOKENS = 400;

    private final float[] weights = weights(5);
    private final float[] inputs = inputs(6);
    private final Moments moments = new Moments(COLS);

    SecondOrderTest() {
        moments.add(inputs, inputs, TOKENS);
    }

    private static float[] weights(long seed) {
        Random random = new Random(seed);
        float[] w = new float[ROWS * COLS];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) random.nextGaussian();
        }
        return w;
    }

    private static float[] inputs(long seed) {
        Random random = new Random(seed);
        float[] x = new float[TOKENS * COLS];
        for (int t = 0; t < TOKENS; t++) {
            double common = 0;
            for (int i = 0; i < COLS; i++) {
                common = 0.9 * common + random.nextGaussian();
                x[t * COLS + i] = (float) (common * (1 + i % 5));
            }
        }
        return x;
    }

    private double error(QuantisedMatrix matrix) {
        float[] q = matrix.dequantise();
        double error = 0;
        for (int t = 0; t < TOKENS; t++) {
            for (int r = 0; r < ROWS; r++) {
                double d = 0;
                for (int i = 0; i < COLS; i++) {
                    d += (weights[r * COLS + i] - q[r * COLS + i]) * inputs[t * COLS + i];
                }
                error += d * d;
            }
        }
        return error;
    }

    private QuantisedMatrix compress(Method method, String format) {
        return SecondOrder.compress(method, weights, ROWS, COLS, WeightFormat.parse(format),
                moments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"w4g16", "w3", "mixed3.5g32", "w8@8:16", "w4g16@2:4", "w3g64@0.5"})
    void outputsChangeLessThanByMagnitude(String format) {
        double magnitude = error(Compressor.compress(weights, ROWS, COLS,
                WeightFormat.parse(format)));
        double wanda = error(compress(Method.WANDA, format));
        double gptq = error(compress(Method.GPTQ, format));
        double sparseGpt = error(compress(Method.SPARSEGPT, format));
        String all = format + ": " + magnitude + ", " + wanda + ", " + gptq + ", " + sparseGpt;
        assertTrue(wanda < magnitude, all);
        assertTrue(gptq < wanda / 2, all);
        assertTrue(sparseGpt < gptq * 1.05, all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"w8@2:4", "w8", "w4g16", "w4g16@8:16"})
    void prunedMatricesKeepTheirZeros(String format) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 4 == i / COLS % 4 || i % 4 == (i / COLS + 1) % 4 ? 0 : weights[i];
        }
        assertTrue(Zeros.twoOfFour(weights, COLS));
        for (Method method : new Method[] {Method.WANDA, Method.GPTQ, Method.SPARSEGPT}) {
            QuantisedMatrix m = compress(method, format);
            for (int i = 0; i < weights.length; i++) {
                assertTrue(weights[i] != 0 || m.values()[i] == 0, method + ": " + i);
            }
        }
        assertTrue(error(compress(Method.SPARSEGPT, format))
                < error(compress(Method.WANDA, format)));
    }

    @Test
    void twoOfFourIsToldFromOtherZeros() {
        assertTrue(!Zeros.pruned(weights));
        weights[0] = 0;
        assertTrue(!Zeros.twoOfFour(weights, COLS));
        float[] unstructured = {0, 0, 0, 0, 1, 2, 3, 0};
        assertTrue(Zeros.pruned(unstructured));
        assertTrue(!Zeros.twoOfFour(unstructured, 8));
        assertTrue(!Zeros.twoOfFour(new float[6], 6));
    }

    @Test
    void silentInputsAndRowsOfZerosAreFine() {
        Moments silent = new Moments(COLS);
        silent.add(new float[COLS], new float[COLS], 1);
        Arrays.fill(weights, 0, COLS, 0);
        QuantisedMatrix m = SecondOrder.compress(Method.SPARSEGPT, weights, ROWS, COLS,
                WeightFormat.parse("w4g16@8:16"), silent);
        assertEquals(0, m.channelScales()[0]);
        assertTrue(m.errorAgainst(weights).relative() < 0.5);
    }

    @Test
    void theSameAgain() {
        assertArrayEquals(compress(Method.SPARSEGPT, "mixed3.5g16@0.5").dequantise(),
                compress(Method.SPARSEGPT, "mixed3.5g16@0.5").dequantise());
    }

    @Test
    void methodsWithoutCalibrationAreRefused() {
        assertEquals("magnitude with moments of 72 inputs: a calibrated method and 72 inputs are"
                + " needed", assertThrows(IllegalArgumentException.class,
                () -> compress(Method.MAGNITUDE, "w4")).getMessage());
    }
}
