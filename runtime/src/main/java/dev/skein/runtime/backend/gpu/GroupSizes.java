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
 * @param products of a group that shares rows and tokens
 */
public record GroupSizes(int elements, int cooperating, int selecting, int strip,
        Products products) {
    /** Where the items of a group run one after the other. */
    public static final GroupSizes PROCESSOR = new GroupSizes(64, 1, 1, 1, Products.ofRow(1));

    /** Where they run side by side. */
    public static final GroupSizes GPU = new GroupSizes(64, 32, 128, 16,
            Products.ofRow(32));

    /** Where warps have tensor cores; the numbers are those of {@code cuda/tensor.h}. */
    public static final GroupSizes TENSOR_CORES =
            new GroupSizes(64, 32, 128, 16, new Products(128, 16, 64, 8));

    /**
     * Groups that share the products of rows with tokens.
     *
     * @param items of a group
     * @param rowsOfOne rows of a group where there is one tile of tokens
     * @param rowsOfSeveral rows where there are more
     * @param tiles of a group
     */
    public record Products(int items, int rowsOfOne, int rowsOfSeveral, int tiles) {
        /** A row and a tile. */
        static Products ofRow(int items) {
            return new Products(items, 1, 1, 1);
        }

        private WorkRange range(int rows, int tiles) {
            int own = tiles == 1 ? rowsOfOne : rowsOfSeveral;
            return new WorkRange((long) Math.ceilDiv(rows, own) * items, items,
                    Math.ceilDiv(tiles, this.tiles));
        }
    }

    /** Items of a group of a grid. */
    public int items(Grid grid) {
        return switch (grid.items()) {
            case INDEPENDENT -> 1;
            case ELEMENTS -> elements;
            case COOPERATING -> cooperating;
            case SELECTING -> selecting;
            case TOKENS_OF_ROWS -> products.items;
            case STRIP -> strip;
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
            case COOPERATING, SELECTING, STRIP -> new WorkRange((long) x * items, items, y);
            case TOKENS_OF_ROWS -> products.range(x, y);
        };
    }
}
