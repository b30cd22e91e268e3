package dev.skein.compiler.frontend;

/**
 * The table of rotary embedding: row p holds rotaryDim / 2 cosines, then rotaryDim / 2 sines, of
 * position p. Computed in binary64 and rounded once.
 */
public final class RopeTable {
    private RopeTable() {
    }

    /** The rows {@code [0, positions)}: {@code [positions, rotaryDim]}. */
    public static float[] rows(Positions.Rope rope, int positions) {
        return rows(rope, 0, positions);
    }

    /** The rows {@code [first, first + count)}: {@code [count, rotaryDim]}. */
    public static float[] rows(Positions.Rope rope, int first, int count) {
        double[] frequencies = rope.frequencies();
        int pairs = frequencies.length;
        float[] table = new float[Math.multiplyExact(count, 2 * pairs)];
        for (int row = 0; row < count; row++) {
            for (int pair = 0; pair < pairs; pair++) {
                double angle = (first + row) * frequencies[pair];
                table[row * 2 * pairs + pair] = (float) Math.cos(angle);
                table[row * 2 * pairs + pairs + pair] = (float) Math.sin(angle);
            }
        }
        return table;
    }
}
