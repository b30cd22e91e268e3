package dev.skein.runtime;

import dev.skein.runtime.device.Step;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Chooses the next token from logits: temperature, then the k likeliest, then the smallest set that
 * has probability p. Deterministic for a seed.
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

    /** Whether it always takes the likeliest token. */
    public boolean isGreedy() {
        return options.temperature() == 0;
    }

    /** The next token. */
    public int next(float[] logits) {
        if (isGreedy()) {
            return Step.likeliest(logits);
        }
        int[] order = likeliest(logits);
        double[] p = new double[order.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp((logits[order[i]] - (double) logits[order[0]]) / options.temperature());
            sum += p[i];
        }
        int kept = 0;
        double mass = 0;
        while (kept < p.length && (kept == 0 || mass < options.topP() * sum)) {
            mass += p[kept++];
        }
        double at = random.nextDouble() * mass;
        for (int i = 0; i < kept - 1; i++) {
            at -= p[i];
            if (at < 0) {
                return order[i];
            }
        }
        return order[kept - 1];
    }

    /** The top-k ids by falling logit, ids rising among equals. */
    private int[] likeliest(float[] logits) {
        // Keys order by logit, then by id; one primitive sort, no boxed comparator.
        long[] keys = IntStream.range(0, logits.length)
                .mapToLong(i -> key(logits[i]) << 32 | i).toArray();
        Arrays.sort(keys);
        int n = options.topK() == 0 ? keys.length : Math.min(options.topK(), keys.length);
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            out[i] = (int) keys[i];
        }
        return out;
    }

    /** Rises as the logit falls; 32 bits, signed. */
    private static long key(float logit) {
        int bits = Float.floatToIntBits(logit + 0f);
        int rising = bits >= 0 ? bits : bits ^ 0x7fffffff;
        return -1L - rising;
    }
}
