package dev.skein.compiler.fpga;

/**
 * Where the K and V rows of one key/value head of one layer lie in its core's KV region: int8 rows
 * of {@code rowBytes} for each position, and a binary32 scale for each position.
 *
 * @param rowBytes bytes of one row, the head dimension rounded up to 16
 * @param k offset of the K rows
 * @param kScales offset of the K scales
 * @param v offset of the V rows
 * @param vScales offset of the V scales
 * @param end one past the last byte
 */
record KvCache(int rowBytes, long k, long kScales, long v, long vScales, long end) {

    /**
     * The caches of a head, packed one after the other from {@code offset}.
     *
     * @param alignment of each part
     */
    static KvCache at(long offset, int rowBytes, int maxContext, int alignment) {
        long rows = FpgaTarget.align(Math.multiplyExact((long) rowBytes, maxContext), alignment);
        long scales = FpgaTarget.align(4L * maxContext, alignment);
        return new KvCache(rowBytes, offset, offset + rows, offset + rows + scales,
                offset + 2 * rows + scales, offset + 2 * (rows + scales));
    }
}
