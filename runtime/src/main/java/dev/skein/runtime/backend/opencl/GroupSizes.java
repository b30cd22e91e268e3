package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.DeviceType;
import dev.skein.ffi.opencl.NdRange;

/**
 * Work items of a group, by what a device is. They stay the same for all lengths, because some
 * drivers compile a kernel for each size of group that they meet.
 *
 * @param elements of a group whose items do little
 * @param cooperating of a group that shares a task
 * @param strip of a group that shares the 16 rows of a strip
 */
record GroupSizes(int elements, int cooperating, int strip) {

    static GroupSizes of(Device device) {
        // the items of a group run one after the other on a processor, side by side elsewhere
        return device.info().type() == DeviceType.CPU ? new GroupSizes(64, 1, 1)
                : new GroupSizes(64, 32, 16);
    }

    /** Items of a group of a grid. */
    int items(Grid grid) {
        return switch (grid.items()) {
            case INDEPENDENT -> 1;
            case ELEMENTS -> elements;
            case COOPERATING -> cooperating;
            case STRIP -> strip;
        };
    }

    NdRange range(Grid grid, int position, int tokens) {
        long x = grid.x().in(position, tokens);
        long items = items(grid);
        long global = switch (grid.items()) {
            case INDEPENDENT -> x;
            case ELEMENTS -> Math.ceilDiv(x, items) * items;
            case COOPERATING, STRIP -> Math.multiplyExact(x, items);
        };
        return grid.y().equals(Count.of(1)) ? NdRange.of(global, items)
                : new NdRange(2, global, grid.y().in(position, tokens), items, 1);
    }
}
