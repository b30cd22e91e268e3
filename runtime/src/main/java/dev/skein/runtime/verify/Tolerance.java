package dev.skein.runtime.verify;

import java.util.Arrays;

/**
 * How far the logits of a step may be from those of the reference.
 *
 * @param logits largest difference, as a share of the largest magnitude among those expected
 * @param nats Kullback-Leibler divergence of the tokens' distribution from the expected one
 */
public record Tolerance(double logits, double nats) {
    /** Of the fast mode: docs/numbers.md says where it comes from. */
    public static final Tolerance FAST = new Tolerance(0x1p-8, 0x1p-12);

    /**
     * How far logits are.
     *
     * @param logits as in a tolerance
     * @param nats as in a tolerance
     */
    public record Distance(double logits, double nats) {
        /** None. */
        public static final Distance ZERO = new Distance(0, 0);

        /** Of the logits of a step; NaN where one is not a number. */
        public static Distance of(float[] expected, float[] found) {
            double largest = 0;
            double difference = 0;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                difference = Math.max(difference, Math.abs((double) expected[i] - found[i]));
            }
            double[] p = logProbabilities(expected);
            double[] q = logProbabilities(found);
            double nats = 0;
            for (int i = 0; i < p.length; i++) {
                nats += Math.exp(p[i]) * (p[i] - q[i]);
            }
            return new Distance(difference == 0 ? 0 : difference / largest, Math.max(0, nats));
        }

        private static double[] logProbabilities(float[] logits) {
            double[] out = new double[logits.length];
            Arrays.setAll(out, i -> logits[i]);
            double top = Arrays.stream(out).max().orElseThrow();
            double log = Math.log(Arrays.stream(out).map(v -> Math.exp(v - top)).sum());
            Arrays.setAll(out, i -> out[i] - top - log);
            return out;
        }

        /** The larger of each. */
        Distance max(Distance other) {
            return new Distance(Math.max(logits, other.logits), Math.max(nats, other.nats));
        }
    }

    /** Whether both are small enough; NaN is not. */
    public boolean allows(Distance distance) {
        return distance.logits <= logits && distance.nats <= nats;
    }
}
