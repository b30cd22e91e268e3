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
 */
public record GroupSizes(int elements, int cooperating, int selecting, int strip) {
    /** Where the items of a group run one after the other. */
    public static final GroupSizes PROCESSOR = new GroupSizes(64, 1, 1, 1);

    /** Where they run side by side. */
    public static final GroupSizes GPU = new GroupSizes(64, 32, 128, 16);

    /** Items of a group of a grid. */
    public int items(Grid grid) {
        return switch (grid.items()) {
            case INDEPENDENT -> 1;
            case ELEMENTS -> elements;
            case COOPERATING -> cooperating;
            case SELECTING -> selecting;
            case STRIP -> strip;
        };
    }

    /** The items of a launch in a step. */
    public WorkRange range(Grid grid, StepLengths step) {
        long x = grid.x().in(step);
        int items = items(grid);
        long global = switch (grid.items()) {
            case INDEPENDENT -> x;
            case ELEMENTS -> Math.ceilDiv(x, items) * items;
            case COOPERATING, SELECTING, STRIP -> Math.multiplyExact(x, items);
        };
        return new WorkRange(global, items, grid.y().in(step));
    }
}
