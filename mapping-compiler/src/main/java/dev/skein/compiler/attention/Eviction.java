package dev.skein.compiler.attention;

import java.util.Arrays;

/** Which kept token is forgotten when another one comes. Tokens count in order of their coming. */
interface Eviction {
    /** Nothing is forgotten. */
    int NONE = -1;

    /**
     * A token came, and will be attended to.
     *
     * @param kept tokens, with this one as the last of them
     * @return index of the token to forget, or {@link #NONE}; never the last one
     */
    int appended(int kept);

    /**
     * The query heads have attended to all kept tokens.
     *
     * @param numbers {@code [kept]} of the tokens in the sequence, from 0, increasing; there may be
     *     more elements
     * @param scores {@code [queryHeads][kept]}, before any factor
     * @param weights {@code [queryHeads][kept]}, their softmax
     */
    void attended(int[] numbers, float[][] scores, float[][] weights);

    /**
     * The first tokens and the most recent ones: StreamingLLM (arXiv 2309.17453), with no first
     * ones a plain window. Keys keep the positions that they were turned by.
     *
     * @param sinks first tokens, kept for ever
     * @param window most recent ones, the current token among them
     */
    record Window(int sinks, int window) implements Eviction {
        @Override
        public int appended(int kept) {
            return kept > (long) sinks + window ? sinks : NONE;
        }

        @Override
        public void attended(int[] numbers, float[][] scores, float[][] weights) {
        }
    }

    /**
     * The tokens with the greatest sum of something over the steps since they came, and the most
     * recent ones. Of equal sums the token that came later is forgotten.
     */
    abstract class Accumulated implements Eviction {
        private final int tokens;
        private final int local;
        private float[] sums = {};

        /**
         * @param tokens to keep, the current one among them
         * @param local most recent ones of them, kept whatever their sums are
         */
        Accumulated(int tokens, int local) {
            this.tokens = tokens;
            this.local = local;
        }

        @Override
        public final int appended(int kept) {
            if (kept > sums.length) {
                sums = Arrays.copyOf(sums, Math.max(1, 2 * sums.length));
            }
            sums[kept - 1] = 0;
            if (kept <= tokens) {
                return NONE;
            }
            int least = 0;
            for (int n = 1; n < kept - local; n++) {
                least = sums[n] <= sums[least] ? n : least;
            }
            System.arraycopy(sums, least + 1, sums, least, kept - least - 1);
            return least;
        }

        @Override
        public final void attended(int[] numbers, float[][] scores, float[][] weights) {
            for (int h = 0; h < weights.length; h++) {
                float[] shares = shares(numbers, scores[h], weights[h]);
                for (int n = 0; n < shares.length; n++) {
                    sums[n] += shares[n];
                }
            }
        }

        /** What is summed of a query head: {@code [kept]}. */
        abstract float[] shares(int[] numbers, float[] scores, float[] weights);
    }

    /** H2O (arXiv 2306.14048): sums of the probabilities, over steps and query heads. */
    final class HeavyHitters extends Accumulated {
        HeavyHitters(int tokens, int local) {
            super(tokens, local);
        }

        @Override
        float[] shares(int[] numbers, float[] scores, float[] weights) {
            return weights;
        }
    }
}
