package dev.skein.compiler.compress;

/** Weights that were pruned before they came here. */
public final class Zeros {
    /** Trained weights are hardly ever exactly 0: a matrix with this share of them is pruned. */
    private static final double PRUNED = 0.25;

    private Zeros() {
    }

    /** Whether so many weights are exactly 0 that they were meant to be, and are to stay 0. */
    public static boolean pruned(float[] weights) {
        return count(weights) >= PRUNED * weights.length;
    }

    /** How many weights are exactly 0. */
    public static long count(float[] weights) {
        long zeros = 0;
        for (float w : weights) {
            zeros += w == 0 ? 1 : 0;
        }
        return zeros;
    }

    /**
     * Whether of every 4 neighbours of a row at most 2 are not 0, as in a 2:4 checkpoint.
     *
     * @param cols of a row
     */
    public static boolean twoOfFour(float[] weights, int cols) {
        if (cols % 4 != 0 || !pruned(weights)) {
            return false;
        }
        for (int at = 0; at < weights.length; at += 4) {
            int kept = 0;
            for (int i = at; i < at + 4; i++) {
                kept += weights[i] == 0 ? 0 : 1;
            }
            if (kept > 2) {
                return false;
            }
        }
        return true;
    }
}
