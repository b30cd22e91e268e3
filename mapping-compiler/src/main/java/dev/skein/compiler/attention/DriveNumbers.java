package dev.skein.compiler.attention;

import dev.skein.compiler.ir.Op;
import dev.skein.hls.number.Half;

/** From the interpreter's binary32 to what attention in a drive takes. */
public final class DriveNumbers {
    private DriveNumbers() {
    }

    /**
     * Rows of heads as binary16: half to even, limited to the greatest finite number.
     *
     * @throws IllegalArgumentException if one is NaN
     */
    public static short[] halves(String what, int headDim, float[] rows) {
        short[] halves = new short[rows.length];
        for (int i = 0; i < rows.length; i++) {
            if (Float.isNaN(rows[i])) {
                throw new IllegalArgumentException(what + " head " + i / headDim + ", entry "
                        + i % headDim + " is NaN: the weights of the model are none that can be"
                        + " computed with");
            }
            halves[i] = Half.ofResult(rows[i]);
        }
        return halves;
    }

    /**
     * Scores are multiplied by {@code 1 / sqrt(headDim)}, as binary32 rounds it.
     *
     * @throws IllegalArgumentException if a model wants another factor
     */
    public static void requireScale(Op.Attention op) {
        float scale = HeadMath.scale(op.headDim());
        if (Math.abs(op.factor() - scale) > Math.ulp(scale)) {
            throw new IllegalArgumentException("layer " + op.layer() + " multiplies scores by "
                    + op.factor() + "; attention with a binary16 cache has " + scale
                    + ", 1 / sqrt of heads of " + op.headDim());
        }
    }
}
