package dev.skein.sim.functional;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Space;

/** The epilogue of the functional machine, for comparisons from outside of its package. */
public final class ScaledRows {
    private static final int WORD = Float.BYTES;

    private ScaledRows() {
    }

    /**
     * What {@code [m, n]} exact sums become.
     *
     * @param sums {@code [m, n]}
     * @param rowScales {@code [n]}, or null for none
     * @param biases {@code [n]}, or null for none
     * @param actScales {@code [m]}
     * @return {@code [m, n]}
     */
    public static float[] of(long[] sums, float[] rowScales, float[] biases, float[] actScales) {
        int m = actScales.length;
        int n = sums.length / m;
        int out = WORD * m;
        var core = new CoreState(new BufferSizes(out + WORD * m * n, 2 * WORD * n, 0));
        put(core, Space.ACT, 0, actScales);
        put(core, Space.WGT, 0, rowScales);
        put(core, Space.WGT, WORD * n, biases);
        new Epilogue(rowScales != null, biases != null, 0, 0, WORD, out, WORD * n)
                .write(core, sums, m, n);
        float[] results = new float[m * n];
        for (int i = 0; i < results.length; i++) {
            results[i] = LittleEndian.float32(core.bytes(Space.ACT), out + WORD * i);
        }
        return results;
    }

    private static void put(CoreState core, Space space, int at, float[] values) {
        for (int i = 0; values != null && i < values.length; i++) {
            LittleEndian.putInt32(core.bytes(space), at + WORD * i,
                    Float.floatToRawIntBits(values[i]));
        }
    }
}
