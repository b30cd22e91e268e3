package dev.skein.compiler.compress;

import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;

/** Which weights of a row of a block are kept. */
final class Masks {
    private Masks() {
    }

    /**
     * Those of largest score; of equal ones the first.
     *
     * @param scores of up to 16 weights
     * @param fours whether at most 2 of every 4 are kept
     */
    static boolean[] largest(double[] scores, SparsePattern pattern, boolean fours) {
        boolean[] kept = new boolean[scores.length];
        int step = fours ? 4 : StripRows.BLOCK;
        for (int from = 0; from < kept.length; from += step) {
            largest(scores, from, Math.min(from + step, kept.length),
                    pattern.kept() * step / StripRows.BLOCK, kept);
        }
        return kept;
    }

    private static void largest(double[] scores, int from, int to, int count, boolean[] kept) {
        for (int n = Math.min(count, to - from); n > 0; n--) {
            int best = -1;
            for (int i = from; i < to; i++) {
                best = !kept[i] && (best < 0 || scores[i] > scores[best]) ? i : best;
            }
            kept[best] = true;
        }
    }
}
