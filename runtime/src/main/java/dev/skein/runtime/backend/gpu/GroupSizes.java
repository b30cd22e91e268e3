package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.StepLengths;

/**
 * Work items of a group, by what a device is. They stay the same for all lengths, because some
 * drivers compile a kernel for each size of group that they meet.
 *
 * @param elements of a group whose items do little
 * @param cooperating of a group that shares a task
 * @param strip of a group that shares the 16 rows of a strip
 * @param token of groups of products with one token
 */
public record GroupSizes(int elements, int cooperating, int strip, Token token) {
    /** Where the items of a group run one after the other. */
    public static final GroupSizes PROCESSOR = new GroupSizes(64, 1, 1, new Token(1, 1, 1));

    /** Where they run side by side. */
    public static final GroupSizes GPU = new GroupSizes(64, 32, 16, new Token(32, 1, 16));

    /** CUDA, whose {@code gemv.h} has a warp a row and whose {@code strips.h} warps a strip. */
    public static final GroupSizes CUDA = new GroupSizes(64, 32, 16, new Token(128, 4, 256));

    /**
     * Groups of products with one token.
     *
     * @param items of a group that has rows
     * @param rows of a group
     * @param strip items of a group that has a strip
     */
    public record Token(int items, int rows, int strip) {}

    /** Items of a group of a grid. */
    public int items(Grid grid) {
        return switch (grid.items()) {
            case INDEPENDENT -> 1;
            case ELEMENTS -> elements;
            case COOPERATING -> cooperating;
            case STRIP -> strip;
            case TOKEN_ROW -> token.items;
            case TOKEN_STRIP -> token.strip;
        };
    }

    /** The items of a launch in a step. */
    public WorkRange range(Grid grid, StepLengths step) {
        long x = grid.x().in(step);
        int items = items(grid);
        long global = switch (grid.items()) {
            case INDEPENDENT -> x;
            case ELEMENTS -> Math.ceilDiv(x, items) * items;
            case COOPERATING, STRIP, TOKEN_STRIP -> Math.multiplyExact(x, items);
            case TOKEN_ROW -> Math.ceilDiv(x, token.rows) * items;
        };
        return new WorkRange(global, items, grid.y().in(step));
    }
}
