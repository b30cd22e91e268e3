package dev.skein.runtime.validation;

import java.util.OptionalDouble;

/**
 * One figure of a design and what Skein computes for it.
 *
 * @param name what it is
 * @param unit of all values
 * @param source where the reference comes from
 * @param low smallest reference value; equal to {@code high} if it is one figure
 * @param high largest reference value
 * @param ours what Skein computes
 * @param tolerance allowed relative deviation outside {@code [low, high]}; absent if the row only
 *     informs
 * @param calibrated whether a constant of Skein was chosen with this figure in view
 */
public record Row(String name, String unit, String source, double low, double high, double ours,
        OptionalDouble tolerance, boolean calibrated) {

    static Row figure(String name, String unit, String source, double reference, double ours,
            double tolerance, boolean calibrated) {
        return new Row(name, unit, source, reference, reference, ours,
                OptionalDouble.of(tolerance), calibrated);
    }

    static Row range(String name, String source, double low, double high, double ours) {
        return new Row(name, "", source, low, high, ours, OptionalDouble.of(0), false);
    }

    static Row note(String name, String unit, String source, double reference, double ours) {
        return new Row(name, unit, source, reference, reference, ours, OptionalDouble.empty(),
                false);
    }

    /** A figure that was published with so many digits: we have to round to it. */
    static Row rounded(String name, String unit, String source, double reference, double ours,
            double lastDigit) {
        return figure(name, unit, source, reference, ours, lastDigit / 2 / reference, false);
    }

    /** A share, with a tolerance in points. */
    static Row share(String name, String source, double percent, double ours, double points) {
        return figure(name, "%", source, percent, ours, points / percent, false);
    }

    /** A bound that is not to be exceeded. */
    static Row bound(String name, String unit, String source, double high, double ours) {
        return new Row(name, unit, source, 0, high, ours, OptionalDouble.of(0), false);
    }

    /** The same, said to have been calibrated on. */
    Row calibratedOnIt() {
        return new Row(name, unit, source, low, high, ours, tolerance, true);
    }

    /** Relative distance of our value from the reference, 0 inside of a range. */
    public double deviation() {
        double nearest = Math.clamp(ours, low, high);
        return (ours - nearest) / nearest;
    }

    /** Whether the row is held within its tolerance; rows that only inform are. */
    public boolean holds() {
        return tolerance.isEmpty() || Math.abs(deviation()) <= tolerance.getAsDouble();
    }
}
