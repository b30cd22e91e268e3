package dev.skein.compiler.fpga;

/**
 * Quantised rows in ACT.
 *
 * @param address of the first row, int8
 * @param stride bytes between rows, a multiple of 16
 * @param scale address of the first row's binary32 scale
 * @param scaleStride bytes between scales
 */
record Int8Rows(int address, int stride, int scale, int scaleStride) {
    /** The rows from row {@code first} on. */
    Int8Rows from(int first) {
        return new Int8Rows(address + first * stride, stride, scale + first * scaleStride,
                scaleStride);
    }

    /** Rows of {@code cols} values, packed; scales follow each other. */
    static Int8Rows of(int address, int scale, int cols) {
        return new Int8Rows(address,
                FpgaTarget.align(cols, FpgaTarget.BUFFER_ALIGNMENT), scale, 4);
    }
}
