package dev.skein.sim.storage;

import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * Which entries and tokens a head selects, where no scores of a real model are at hand. Entries are
 * uniformly random; tokens come in runs of neighbours.
 *
 * @param seed the same for the same choices
 * @param meanRunTokens mean length of a run, geometrically distributed; 1: uniformly random tokens
 */
public record Choice(long seed, double meanRunTokens) {

    /** Refuses runs without a token. */
    public Choice {
        if (!(meanRunTokens >= 1)) {
            throw new IllegalArgumentException("mean run of " + meanRunTokens
                    + " tokens; at least 1");
        }
    }

    /** Uniformly random, seeded. */
    public static Choice uniform(long seed) {
        return new Choice(seed, 1);
    }

    Draw draw(int head) {
        return new Draw(new SplittableRandom(seed * 0x9E3779B97F4A7C15L + head), meanRunTokens);
    }

    /** Of one head. */
    static final class Draw {
        private final SplittableRandom random;
        private final double meanRun;

        Draw(SplittableRandom random, double meanRun) {
            this.random = random;
            this.meanRun = meanRun;
        }

        /** Selected entries in each group of entries. */
        int[] entries(int dim, int r, int perGroup) {
            return count(uniform(dim, r, new BitSet(dim)), Math.ceilDiv(dim, perGroup), perGroup);
        }

        /** Selected tokens in each full group. */
        int[] tokens(int context, int k, int local, int groupTokens) {
            var chosen = new BitSet(context);
            chosen.set(Math.max(0, context - Math.min(local, k)), context);
            if (meanRun == 1) {
                uniform(context, k, chosen);
            } else {
                runs(context, k, chosen);
            }
            return count(chosen, context / groupTokens, groupTokens);
        }

        private BitSet uniform(int of, int count, BitSet chosen) {
            for (int left = count - chosen.cardinality(); left > 0;) {
                int i = random.nextInt(of);
                if (!chosen.get(i)) {
                    chosen.set(i);
                    left--;
                }
            }
            return chosen;
        }

        private void runs(int of, int count, BitSet chosen) {
            int left = count - chosen.cardinality();
            while (left > 0) {
                int i = random.nextInt(of);
                do {
                    if (!chosen.get(i)) {
                        chosen.set(i);
                        left--;
                    }
                    i++;
                } while (left > 0 && i < of && random.nextDouble() * meanRun >= 1);
            }
        }

        private static int[] count(BitSet chosen, int groups, int perGroup) {
            int[] out = new int[groups];
            for (int i = chosen.nextSetBit(0); i >= 0 && i / perGroup < groups;
                    i = chosen.nextSetBit(i + 1)) {
                out[i / perGroup]++;
            }
            return out;
        }
    }
}
