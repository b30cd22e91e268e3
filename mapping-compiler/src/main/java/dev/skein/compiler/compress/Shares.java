package dev.skein.compiler.compress;

import java.util.Arrays;

/** Shares of levels with a given mean, and whole numbers near shares. */
final class Shares {
    private static final int HALVINGS = 100;
    private static final double TINY = 1e-9;

    private Shares() {
    }

    /**
     * The shares of greatest entropy, relative to prior ones, with this mean: {@code p_i} is
     * proportional to {@code prior_i * exp(t * level_i)}. Nothing else is known of which block
     * deserves which level.
     *
     * @param levels increasing
     * @param mean strictly between the first and the last level
     */
    static double[] ofMean(double[] levels, double[] prior, double mean) {
        double low = -64;
        double high = 64;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (mean(levels, tilted(levels, prior, middle)) < mean) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return tilted(levels, prior, (low + high) / 2);
    }

    private static double[] tilted(double[] levels, double[] prior, double tilt) {
        double[] p = new double[levels.length];
        double origin = tilt > 0 ? levels[levels.length - 1] : levels[0];
        for (int i = 0; i < p.length; i++) {
            p[i] = prior[i] * Math.exp(tilt * (levels[i] - origin));
        }
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(x -> x / sum).toArray();
    }

    private static double mean(double[] levels, double[] shares) {
        double mean = 0;
        for (int i = 0; i < levels.length; i++) {
            mean += levels[i] * shares[i];
        }
        return mean;
    }

    /** Whole numbers of this sum by largest remainder; the first of equal ones goes first. */
    static int[] wholes(double[] shares, int sum) {
        int[] counts = new int[shares.length];
        int left = sum;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (int) Math.floor(shares[i] * sum + TINY);
            left -= counts[i];
        }
        boolean[] given = new boolean[counts.length];
        for (; left > 0; left--) {
            int best = -1;
            for (int i = 0; i < counts.length; i++) {
                boolean more = best < 0 || shares[i] * sum - counts[i]
                        > shares[best] * sum - counts[best] + TINY;
                best = !given[i] && more ? i : best;
            }
            given[best] = true;
            counts[best]++;
        }
        return counts;
    }

    /**
     * Moves counts between neighbouring levels, the least first, until the weighted sum is at most
     * {@code limit} and no move up stays within it.
     */
    static void fit(int[] counts, double[] levels, double limit) {
        double sum = mean(levels, Arrays.stream(counts).asDoubleStream().toArray());
        int moved;
        do {
            boolean down = sum > limit + TINY;
            moved = move(counts, levels, sum - limit, down);
            double gap = moved == 0 ? 0 : levels[moved] - levels[moved - 1];
            sum += down ? -gap : gap;
        } while (moved > 0);
    }

    /** Moves one down or up; the upper level of the two, or 0 if nothing could move. */
    private static int move(int[] counts, double[] levels, double excess, boolean down) {
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            double gap = levels[i] - levels[i - 1];
            boolean can = down ? counts[i] > 0 : counts[i - 1] > 0 && gap <= -excess + TINY;
            double least = best == 0 ? 0 : levels[best] - levels[best - 1];
            best = can && (best == 0 || (down ? gap <= least : gap > least)) ? i : best;
        }
        if (best > 0) {
            counts[best] += down ? -1 : 1;
            counts[best - 1] += down ? 1 : -1;
        }
        return best;
    }
}
