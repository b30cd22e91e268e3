package dev.skein.compiler.gpu;

import java.util.Objects;

/**
 * The work items of a launch.
 *
 * @param items how they form groups
 * @param x how many items (INDEPENDENT, ELEMENTS), groups (COOPERATING, STRIP, TOKEN_STRIP) or
 *     rows (TOKEN_ROW)
 * @param y groups of the second dimension
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
        /** A group shares the 16 rows of a strip, with up to 16 items. */
        STRIP,
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
