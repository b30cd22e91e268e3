package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.hls.isa.Extent;

/**
 * Where a value's columns lie in ACT, the same address on every core.
 *
 * @param address of the first own column of row 0
 * @param stride bytes between rows
 * @param columns which columns of the value these are on this core
 * @param rows tokens of this step, or 1
 */
record View(int address, int stride, Range columns, Extent rows) {

    /** A part of these columns. */
    View part(Range slice) {
        if (slice.from() < columns.from() || slice.to() > columns.to()) {
            throw new IllegalArgumentException(slice + " is not in " + columns);
        }
        return new View(address + 4 * (slice.from() - columns.from()), stride, slice, rows);
    }

    /** The same columns of other rows that begin at the same address. */
    View rows(Extent other) {
        return new View(address, stride, columns, other);
    }

    /** Number of columns. */
    int width() {
        return columns.width();
    }

    /** Whether rows follow each other without a gap. */
    boolean contiguous() {
        return stride == 4 * width();
    }
}
