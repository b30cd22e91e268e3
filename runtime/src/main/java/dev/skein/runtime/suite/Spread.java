package dev.skein.runtime.suite;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * Measurements of the same thing.
 *
 * @param median the upper one of two
 * @param least of all
 * @param most of all
 * @param runs how many, at least 1
 */
public record Spread(double median, double least, double most, int runs) {

    /** Of at least one value. */
    static Spread of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1],
                sorted.length);
    }

    /** In another unit; {@code change} rises or falls all the way. */
    Spread map(DoubleUnaryOperator change) {
        double a = change.applyAsDouble(least);
        double b = change.applyAsDouble(most);
        return new Spread(change.applyAsDouble(median), Math.min(a, b), Math.max(a, b), runs);
    }
}
