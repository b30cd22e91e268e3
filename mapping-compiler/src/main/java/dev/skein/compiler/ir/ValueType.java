package dev.skein.compiler.ir;

import java.util.Locale;
import java.util.Objects;

/**
 * Type of a value: {@code [rows, width]} binary32.
 *
 * @param rows how many rows a step has
 * @param width elements of a row
 */
public record ValueType(Rows rows, int width) {
    /** Widest value: more than the largest vocabulary in use. */
    public static final int MAX_WIDTH = 1 << 20;

    /** Rows of a value in one step. */
    public enum Rows {
        /** One for each token of the step. */
        TOKENS,
        /** One, of the last token of the step. */
        LAST
    }

    public ValueType {
        Objects.requireNonNull(rows, "rows");
        Require.range("width", width, 1, MAX_WIDTH);
    }

    /** A row for each token of the step. */
    public static ValueType tokens(int width) {
        return new ValueType(Rows.TOKENS, width);
    }

    /** One row. */
    public static ValueType last(int width) {
        return new ValueType(Rows.LAST, width);
    }

    /** As in the text form: {@code [tokens, 64]}. */
    @Override
    public String toString() {
        return "[" + rows.name().toLowerCase(Locale.ROOT) + ", " + width + "]";
    }
}
