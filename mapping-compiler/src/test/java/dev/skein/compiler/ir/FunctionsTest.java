package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.EwiseFunction;
import org.junit.jupiter.api.Test;

class FunctionsTest {
    @Test
    void errorFunctionAgreesWithPublishedValues() {
        // Abramowitz and Stegun, table 7.1, and the limit.
        double[][] table = {{0, 0}, {0.1, 0.1124629160182849}, {0.5, 0.5204998778130465},
            {1, 0.8427007929497149}, {2, 0.9953222650189527}, {3, 0.9999779095030014},
            {5, 0.9999999999984626}, {7, 1}, {1e30, 1}};
        for (double[] row : table) {
            assertEquals(row[1], Functions.erf(row[0]), 1e-14, "erf " + row[0]);
            assertEquals(-row[1], Functions.erf(-row[0]), 1e-14, "erf " + -row[0]);
        }
    }

    @Test
    void activationsAgreeWithTheirDefinitions() {
        assertEquals(0, Functions.unary(EwiseFunction.RELU, -3));
        assertEquals(3, Functions.unary(EwiseFunction.RELU, 3));
        assertEquals(0.7310585786300049, Functions.unary(EwiseFunction.SILU, 1), 1e-15);
        // PyTorch 2: gelu(1) and gelu(1, approximate="tanh") in float64.
        assertEquals(0.8413447460685429, Functions.unary(EwiseFunction.GELU_ERF, 1), 1e-14);
        assertEquals(0.8411919906082768, Functions.unary(EwiseFunction.GELU_TANH, 1), 1e-14);
        assertEquals(2 * 0.7310585786300049, Functions.binary(EwiseFunction.SILU_MUL, 1, 2),
                1e-15);
        assertEquals(5, Functions.binary(EwiseFunction.ADD, 2, 3));
        assertEquals(6, Functions.binary(EwiseFunction.MUL, 2, 3));
    }

    @Test
    void functionsOfAnotherArityAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> Functions.unary(EwiseFunction.ADD, 1));
        assertThrows(IllegalArgumentException.class,
                () -> Functions.binary(EwiseFunction.RELU, 1, 1));
    }
}
