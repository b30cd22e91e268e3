package dev.skein.runtime.validation;

import java.util.List;

/**
 * A design beside its model.
 *
 * @param rows what can be computed
 * @param absent what cannot be yet
 */
public record Validation(List<Row> rows, List<Absent> absent) {

    /** Copies the lists. */
    public Validation {
        rows = List.copyOf(rows);
        absent = List.copyOf(absent);
    }

    /**
     * A figure that no model of Skein gives.
     *
     * @param name what it is
     * @param reason why not
     */
    public record Absent(String name, String reason) {}
}
