package dev.skein.compiler.fpga;

/**
 * A binary32 table in DDR.
 *
 * @param name canonical name of the tensor, or of the RoPE table
 * @param offset first byte in the table region
 * @param rows rows
 * @param cols columns
 */
public record Table(String name, long offset, int rows, int cols) {
    /** Size, bytes. */
    public long bytes() {
        return Math.multiplyExact(Math.multiplyExact(4L, rows), (long) cols);
    }
}
