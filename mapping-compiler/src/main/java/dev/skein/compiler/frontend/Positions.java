package dev.skein.compiler.frontend;

import java.util.Objects;

/** How a token's position enters the model. */
public sealed interface Positions {

    /**
     * Rotary embedding: pairs of each head of q and k are turned by an angle proportional to the
     * position.
     *
     * @param theta base of the geometric row of frequencies
     * @param style which elements of a head form a pair
     * @param rotaryDim how many leading elements of a head are turned; even
     * @param scaling stretching for long contexts
     */
    record Rope(double theta, Style style, int rotaryDim, RopeScaling scaling)
            implements Positions {

        /** Which two elements of a head form pair {@code i}. */
        public enum Style {
            /** {@code 2i} and {@code 2i + 1}: the original LLaMA order, kept by GGUF files. */
            INTERLEAVED,
            /** {@code i} and {@code i + rotaryDim / 2}: Hugging Face files, Qwen everywhere. */
            HALF
        }

        public Rope {
            Checks.atLeast("rope theta", theta, 1);
            Objects.requireNonNull(style, "rope style");
            Checks.range("rotary dimension", rotaryDim, 2, ModelConfig.MAX_HEAD_DIM);
            if (rotaryDim % 2 != 0) {
                throw new IllegalArgumentException("rotary dimension " + rotaryDim + " is odd");
            }
            if (scaling instanceof RopeScaling.Divisors table
                    && table.divisors().size() != rotaryDim / 2) {
                throw new IllegalArgumentException("rope_freqs.weight has "
                        + table.divisors().size() + " divisors, allowed are " + rotaryDim / 2);
            }
            Objects.requireNonNull(scaling, "rope scaling");
        }

        /** Angle a position of each pair, in radians, scaling applied: {@code [rotaryDim / 2]}. */
        public double[] frequencies() {
            double[] all = new double[rotaryDim / 2];
            for (int pair = 0; pair < all.length; pair++) {
                double unscaled = Math.pow(theta, -2.0 * pair / rotaryDim);
                all[pair] = scaling.apply(pair, unscaled);
            }
            return all;
        }
    }

    /**
     * A learned vector a position, added to the embedding.
     *
     * @param offset rows of the table before position 0 (2 in OPT)
     */
    record Learned(int offset) implements Positions {
        public Learned {
            Checks.range("position offset", offset, 0, 1024);
        }

        /** Rows of the table {@code [rows, hiddenSize]}. */
        public long rows(int maxPositions) {
            return Math.addExact((long) maxPositions, offset);
        }
    }
}
