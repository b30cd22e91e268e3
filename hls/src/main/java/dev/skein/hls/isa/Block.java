package dev.skein.hls.isa;

/**
 * Rows of bytes in one buffer, for questions of overlap that a single interval is too coarse for:
 * columns of one array lie between each other.
 *
 * @param address first byte of the first row
 * @param stride bytes from row to row
 * @param rows number of rows, at most
 * @param rowBytes bytes of a row
 */
record Block(long address, long stride, long rows, long rowBytes) {
    /** One past the last byte. */
    long end() {
        return address + Lengths.times(Math.max(0, rows - 1), stride) + rowBytes;
    }

    /** Whether a byte may belong to both; exact for blocks of one stride, else by their hulls. */
    boolean overlaps(Block other) {
        if (address >= other.end() || other.address >= end()) {
            return false;
        }
        if (stride != other.stride || stride == 0 || rows <= 1 && other.rows <= 1) {
            return true;
        }
        long ahead = Math.floorMod(other.address - address, stride);
        return ahead < rowBytes || stride - ahead < other.rowBytes;
    }

    /** Whether both are the same bytes in the same order, so that working in place is possible. */
    boolean same(Block other) {
        return address == other.address && rows == other.rows && rowBytes == other.rowBytes
                && (stride == other.stride || rows <= 1);
    }
}
