package dev.skein.runtime.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Times of the parts of a step on a device that tells none: what each prefix takes more than the
 * one before it, by the medians of repeated runs. Runs of all prefixes alternate, so that a drift
 * is in all of them alike.
 *
 * @param parts in the order of the program; the first has all that it takes to start a step
 */
public record PartTimes(List<Part> parts) {
    /** Copies the list. */
    public PartTimes {
        parts = List.copyOf(parts);
    }

    /**
     * A part.
     *
     * @param predictedSeconds by the cycle-level simulation of the same prefixes
     * @param measuredSeconds difference of medians
     * @param noiseSeconds sum of the median deviations of both prefixes from their medians
     */
    public record Part(String name, double predictedSeconds, double measuredSeconds,
            double noiseSeconds) {
        /** Measured less predicted, s. */
        public double excessSeconds() {
            return measuredSeconds - predictedSeconds;
        }

        /** Whether the difference from the prediction could be the noise of the measurement. */
        public boolean withinNoise() {
            return Math.abs(excessSeconds()) <= noiseSeconds;
        }
    }

    /** Runs a prefix. */
    @FunctionalInterface
    public interface Timer {
        /** The time it takes, s. */
        double seconds(Prefix prefix);
    }

    /**
     * Measures.
     *
     * @param repeats runs of each prefix, at least 1; one more goes before and is not counted
     */
    public static PartTimes of(List<Prefix> prefixes, Timer predicted, Timer measured,
            int repeats) {
        double[][] runs = new double[prefixes.size()][repeats];
        prefixes.forEach(measured::seconds);
        for (int r = 0; r < repeats; r++) {
            for (int p = 0; p < runs.length; p++) {
                runs[p][r] = measured.seconds(prefixes.get(p));
            }
        }
        var out = new ArrayList<Part>();
        double predictedBefore = 0;
        double before = 0;
        double noiseBefore = 0;
        for (int p = 0; p < runs.length; p++) {
            double now = predicted.seconds(prefixes.get(p));
            double median = median(runs[p]);
            double noise = median(Arrays.stream(runs[p]).map(t -> Math.abs(t - median)).toArray());
            out.add(new Part(prefixes.get(p).part(), now - predictedBefore, median - before,
                    noise + noiseBefore));
            predictedBefore = now;
            before = median;
            noiseBefore = noise;
        }
        return new PartTimes(out);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /**
     * The part whose time differs most from the prediction, by more than the noise; the first is
     * left out, as nobody predicts what a host needs to start a step.
     */
    public Optional<Part> worst() {
        return parts.stream().skip(1).filter(p -> !p.withinNoise())
                .max(Comparator.comparingDouble(p -> Math.abs(p.excessSeconds())));
    }
}
