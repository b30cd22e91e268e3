package dev.skein.compiler.frontend;

import java.util.List;

/** How rotary frequencies were stretched after pre-training to reach longer contexts. */
public sealed interface RopeScaling {

    /**
     * The stretched frequency.
     *
     * @param pair which pair of the head is rotated, from 0
     * @param frequency its unscaled frequency in radians a position
     */
    double apply(int pair, double frequency);

    /** No stretching. */
    record None() implements RopeScaling {
        @Override
        public double apply(int pair, double frequency) {
            return frequency;
        }
    }

    /** Every frequency divided by the same factor ("position interpolation"). */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            Checks.atLeast("rope scaling factor", factor, 1);
        }

        @Override
        public double apply(int pair, double frequency) {
            return frequency / factor;
        }
    }

    /**
     * LLaMA 3.1: low frequencies divided by {@code factor}, high ones kept, a smooth step between
     * (transformers, {@code _compute_llama3_parameters}).
     */
    record Llama3(double factor, double lowFreqFactor, double highFreqFactor,
                  int originalMaxPositions) implements RopeScaling {
        public Llama3 {
            Checks.atLeast("rope scaling factor", factor, 1);
            Checks.atLeast("rope scaling low_freq_factor", lowFreqFactor, 1e-6);
            Checks.atLeast("rope scaling high_freq_factor", highFreqFactor, 1e-6);
            if (highFreqFactor <= lowFreqFactor) {
                throw new IllegalArgumentException("rope scaling high_freq_factor "
                        + highFreqFactor + " is not above low_freq_factor " + lowFreqFactor);
            }
            Checks.range("original_max_position_embeddings", originalMaxPositions, 1,
                    ModelConfig.MAX_POSITIONS);
        }

        @Override
        public double apply(int pair, double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            if (wavelength < originalMaxPositions / highFreqFactor) {
                return frequency;
            }
            if (wavelength > originalMaxPositions / lowFreqFactor) {
                return frequency / factor;
            }
            double smooth = (originalMaxPositions / wavelength - lowFreqFactor)
                    / (highFreqFactor - lowFreqFactor);
            return (1 - smooth) * frequency / factor + smooth * frequency;
        }
    }

    /** A divisor for each pair, as GGUF stores them in the tensor {@code rope_freqs.weight}. */
    record Divisors(List<Float> divisors) implements RopeScaling {
        public Divisors {
            divisors = List.copyOf(divisors);
            for (float divisor : divisors) {
                Checks.atLeast("rope_freqs.weight divisor", divisor, 1e-6);
            }
        }

        @Override
        public double apply(int pair, double frequency) {
            return frequency / divisors.get(pair);
        }
    }
}
