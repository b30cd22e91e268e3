package dev.skein.runtime.suite;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure of the suite.
 *
 * @param part of the suite
 * @param name what it is
 * @param unit of the value
 * @param value measured; empty if there is a problem
 * @param target it is to be at least so much; empty if it only informs
 * @param problem why there is no value, in a sentence
 */
public record SuiteRow(SuitePart part, String name, String unit, Optional<Spread> value,
        OptionalDouble target, Optional<String> problem) {
    /** Checks that there is one of value and problem. */
    public SuiteRow {
        Objects.requireNonNull(part, "part");
        if (value.isPresent() == problem.isPresent()) {
            throw new IllegalArgumentException(name + ": either a value or a problem");
        }
    }

    static SuiteRow of(SuitePart part, String name, String unit, Spread value) {
        return new SuiteRow(part, name, unit, Optional.of(value), OptionalDouble.empty(),
                Optional.empty());
    }

    static SuiteRow missing(SuitePart part, String name, String problem) {
        return new SuiteRow(part, name, "", Optional.empty(), OptionalDouble.empty(),
                Optional.of(problem));
    }

    SuiteRow atLeast(double wanted) {
        return new SuiteRow(part, name, unit, value, OptionalDouble.of(wanted), problem);
    }

    /** {@code met} or {@code missed} where there is a target. */
    public Optional<String> verdict() {
        return target.isEmpty() || value.isEmpty() ? Optional.empty()
                : Optional.of(value.get().median() >= target.getAsDouble() ? "met" : "missed");
    }
}
