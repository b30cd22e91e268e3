package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.StepLengths;

/**
 * Work items of a group, by what a device is. They stay the same for all lengths, because some
 * drivers compile a kernel for each size of group that they meet.
 *
 * @param elements of a group whose items do little
 * @param cooperating of a group that shares a task
 * @param selecting of a group that goes through a long row again and again
 * @param strip of a group that shares the 16 rows of a strip
 * @param rows groups that share rows and tokens
 * @param strips groups that share strips and tokens
 * @param token groups of products with one token
 */
public record GroupSizes(int elements, int cooperating, int selecting, int strip,
        Products rows, Products strips, Token token) {
    /** Where the items of a group run one after the other. */
    public static final GroupSizes PROCESSOR = of(1, 1, 1);

    /** Where they run side by side. */
    public static final GroupSizes GPU = of(32, 128, 16);

    /**
     * CUDA: {@code tensor.h} has tiles for tensor cores, {@code gemv.h} a warp a row, and
     * {@code strips.h} warps a strip; the numbers are theirs.
     */
    public static final GroupSizes CUDA = new GroupSizes(64, 32, 128, 16,
            new Products(128, 16, 64, 8), new Products(128, 1, 4, 8), new Token(128, 4, 256));

    /**
     * Groups that share the products of rows, or of strips of them, with tokens.
     *
     * @param items of a group
     * @param fewTokens rows or strips of a group where there is one tile of tokens
     * @param manyTokens the same where there are more
     * @param tiles of a group
     */
    public record Products(int items, int fewTokens, int manyTokens, int tiles) {
        private WorkRange range(int x, int y) {
            int own = y == 1 ? fewTokens : manyTokens;
            return new WorkRange((long) Math.ceilDiv(x, own) * items, items,
                    Math.ceilDiv(y, tiles));
        }
    }

    /**
     * Groups of products with one token.
     *
     * @param items of a group that has rows
     * @param rows of a group
     * @param strip items of a group that has a strip
     */
    public record Token(int items, int rows, int strip) {}

    /** A row or a strip and a tile of tokens a group. */
    private static GroupSizes of(int cooperating, int selecting, int strip) {
        return new GroupSizes(64, cooperating, selecting, strip,
                new Products(cooperating, 1, 1, 1), new Products(strip, 1, 1, 1),
                new Token(cooperating, 1, strip));
    }

    /** Items of a group of a grid. */
    public int items(Grid grid) {
        return switch (grid.items()) {
            case INDEPENDENT -> 1;
            case ELEMENTS -> elements;
            case COOPERATING -> cooperating;
            case SELECTING -> selecting;
            case TOKENS_OF_ROWS -> rows.items;
            case STRIP -> strip;
            case TOKENS_OF_STRIPS -> strips.items;
            case TOKEN_ROW -> token.items;
            case TOKEN_STRIP -> token.strip;
        };
    }

    /** The items of a launch in a step. */
    public WorkRange range(Grid grid, StepLengths step) {
        int x = grid.x().in(step);
        int y = grid.y().in(step);
        int items = items(grid);
        return switch (grid.items()) {
            case INDEPENDENT -> new WorkRange(x, items, y);
            case ELEMENTS -> new WorkRange((long) Math.ceilDiv(x, items) * items, items, y);
            case COOPERATING, SELECTING, STRIP, TOKEN_STRIP ->
                    new WorkRange((long) x * items, items, y);
            case TOKENS_OF_ROWS -> rows.range(x, y);
            case TOKENS_OF_STRIPS -> strips.range(x, y);
            case TOKEN_ROW -> new WorkRange((long) Math.ceilDiv(x, token.rows) * items, items, y);
        };
    }
}
