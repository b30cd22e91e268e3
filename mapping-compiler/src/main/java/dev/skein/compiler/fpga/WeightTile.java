package dev.skein.compiler.fpga;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Distribution.Range;

/**
 * Some rows of a quantised matrix, in one piece of a core's HBM: packed rows ({@code
 * hls.number.PackedRows}) or strips ({@code hls.number.StripRows}), then their binary32 scales,
 * then their biases.
 *
 * @param weight canonical name of the matrix
 * @param bias canonical name of the bias, or empty
 * @param core the core that computes these output channels
 * @param rows output channels
 * @param k input channels
 * @param format of the weights; unless they are uniform the rows begin at a multiple of 16 or
 *     lie within one strip
 * @param offset first byte in the core's weight region
 * @param scaleOffset first byte of the row scales from the start of the tile
 * @param bytes size of the tile
 */
public record WeightTile(String weight, String bias, int core, Range rows, int k,
        WeightFormat format, long offset, int scaleOffset, int bytes) {
    /** Whether biases follow the scales. */
    public boolean biased() {
        return !bias.isEmpty();
    }
}
