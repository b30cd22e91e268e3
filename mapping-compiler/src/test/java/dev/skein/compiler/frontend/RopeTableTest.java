package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RopeTableTest {
    @Test
    void unscaledAnglesAreThoseOfTheGeometricRow() {
        var rope = new Positions.Rope(10000, Positions.Rope.Style.HALF, 4,
                new RopeScaling.None());
        float[] rows = RopeTable.rows(rope, 3);
        assertArrayEquals(new float[] {1, 1, 0, 0}, Arrays.copyOf(rows, 4));
        assertArrayEquals(new float[] {(float) Math.cos(2), (float) Math.cos(0.02),
            (float) Math.sin(2), (float) Math.sin(0.02)}, Arrays.copyOfRange(rows, 8, 12));
        assertArrayEquals(Arrays.copyOfRange(rows, 4, 12), RopeTable.rows(rope, 1, 2));
    }

    /** Values of transformers' _compute_llama3_parameters in binary64, by an outside program. */
    @Test
    void llama3ScalingAgreesWithTransformers() {
        var rope = new Positions.Rope(500000, Positions.Rope.Style.HALF, 128,
                new RopeScaling.Llama3(8, 1, 4, 8192));
        double[][] expected = {
            {1, 0, 0.540302305868, 0.841470984808},
            {100, 10, 0.954634397951, 0.297780399370},
            {4097, 28, 0.830426455156, 0.557128264026},
            {8191, 30, 0.239262216116, -0.970954989657},
            {8191, 32, -0.401701488228, -0.915770666900},
            {100000, 34, 0.541333000878, -0.840808290968},
            {131071, 63, 0.999191095035, 0.040213873252}
        };
        for (double[] row : expected) {
            float[] table = RopeTable.rows(rope, (int) row[0], 1);
            int pair = (int) row[1];
            assertEquals(row[2], table[pair], 1e-7, "cos of pair " + pair);
            assertEquals(row[3], table[64 + pair], 1e-7, "sin of pair " + pair);
        }
    }
}
