package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.hls.isa.WeightBits;

/**
 * Some rows of a quantised matrix, in one piece of a core's HBM: packed rows, then their binary32
 * scales, then their biases ({@code hls.number.PackedRows}).
 *
 * @param weight canonical name of the matrix
 * @param bias canonical name of the bias, or empty
 * @param core the core that computes these output channels
 * @param rows output channels
 * @param k input channels
 * @param bits weight width
 * @param group group code of the matrix instructions
 * @param offset first byte in the core's weight region
 * @param scaleOffset first byte of the row scales from the start of the tile
 * @param bytes size of the tile
 */
public record WeightTile(String weight, String bias, int core, Range rows, int k, WeightBits bits,
        int group, long offset, int scaleOffset, int bytes) {
    /** Whether biases follow the scales. */
    public boolean biased() {
        return !bias.isEmpty();
    }
}
