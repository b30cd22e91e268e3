package dev.skein.runtime;

import dev.skein.runtime.device.Choice;
import java.util.SplittableRandom;

/**
 * Random choices of tokens: temperature, then the k likeliest, then the smallest set that has
 * probability p. Deterministic for a seed, and the same wherever the logits are.
 */
public final class Sampler {
    /**
     * How to sample.
     *
     * @param temperature 0 takes the likeliest token, larger values flatten the distribution
     * @param topK how many of the likeliest tokens are kept, 0 for all
     * @param topP probability that the kept tokens have together, 1 for all
     * @param seed of the random numbers
     */
    public record Options(double temperature, int topK, double topP, long seed) {
        /** Always the likeliest token. */
        public static final Options GREEDY = new Options(0, 0, 1, 0);

        /** Checks the ranges. */
        public Options {
            require(temperature >= 0 && temperature <= 100, "temperature", temperature,
                    "0 to 100");
            require(topK >= 0, "top-k", topK, "0 (all) or more");
            require(topP > 0 && topP <= 1, "top-p", topP, "more than 0, at most 1");
        }

        private static void require(boolean ok, String what, Number found, String allowed) {
            if (!ok) {
                throw new IllegalArgumentException(what + " is " + found + ", allowed: " + allowed);
            }
        }
    }

    private final Options options;
    private final SplittableRandom random;

    /** A sampler at the start of its random numbers. */
    public Sampler(Options options) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
    }

    /** How the next token is chosen: by the next random number. */
    public Choice next() {
        if (options.temperature() == 0) {
            return Choice.GREEDY;
        }
        return new Choice((float) Math.min(1 / options.temperature(), Float.MAX_VALUE),
                options.topK(), Math.clamp(Math.round(options.topP() * Choice.ALL), 1, Choice.ALL),
                random.nextLong());
    }
}
