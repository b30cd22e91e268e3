package dev.skein.compiler.gpu;

import java.util.Objects;

/**
 * The work items of a launch.
 *
 * @param items how they form groups
 * @param x how many items (INDEPENDENT, ELEMENTS), groups (COOPERATING, SELECTING, STRIP,
 *     TOKEN_STRIP), rows (TOKEN_ROW, TOKENS_OF_ROWS) or strips (TOKENS_OF_STRIPS)
 * @param y groups of the second dimension, or tiles of 8 tokens (TOKENS_OF_ROWS,
 *     TOKENS_OF_STRIPS)
 */
public record Grid(Items items, Count x, Count y) {

    /** How items form groups. */
    public enum Items {
        /** Each does much, a row; any groups that divide the number. */
        INDEPENDENT,
        /** Each does little; the kernel takes surplus ones, so that groups may be of any size. */
        ELEMENTS,
        /** A group shares a task; the kernel takes groups of any size. */
        COOPERATING,
        /** A group goes through a long row again and again, with as many items as may be. */
        SELECTING,
        /**
         * A group shares the products of rows with tokens; of how many, the device's kernel says.
         */
        TOKENS_OF_ROWS,
        /** A group shares the 16 rows of a strip, with up to 16 items. */
        STRIP,
        /** The same as of rows with strips of 16 rows. */
        TOKENS_OF_STRIPS,
        /** The row of a product with one token, shared or not. */
        TOKEN_ROW,
        /** A group shares the 16 rows of a strip of a product with one token. */
        TOKEN_STRIP
    }

    /** Checks that all is there. */
    public Grid {
        Objects.requireNonNull(items, "items");
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
    }

    /** One dimension. */
    public static Grid of(Items items, Count x) {
        return new Grid(items, x, Count.of(1));
    }
}
