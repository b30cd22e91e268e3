package dev.skein.compiler.fpga;

import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.StripRows;

/**
 * Some rows of a quantised matrix, in one piece of a core's HBM: packed rows ({@code
 * hls.number.PackedRows}) or strips ({@code hls.number.StripRows}), then their binary32 scales,
 * then their biases. A padded tile has scales and biases twice: of all rows, and behind that of the
 * rows alone, since programs for several tokens leave the padding out.
 *
 * @param weight canonical name of the matrix
 * @param bias canonical name of the bias, or empty
 * @param core the core that computes these output channels
 * @param rows output channels
 * @param padding rows behind them that nothing is done with; only decode steps compute them
 * @param k input channels
 * @param format of the weights; unless they are uniform the rows begin at a multiple of 16 or
 *     lie within one strip
 * @param offset first byte in the core's weight region
 * @param scaleOffset first byte of the row scales from the start of the tile
 * @param bytes size of the tile
 */
public record WeightTile(String weight, String bias, int core, Range rows, int padding,
        int k, WeightFormat format, long offset, int scaleOffset, int bytes) {

    /** A tile at an offset of the weight region. */
    static WeightTile at(long offset, Op.Linear linear, int core, Range rows, int padding) {
        WeightFormat format = linear.format().orElseThrow();
        int k = linear.weight().cols();
        var layout = new PackedMatrix(format, rows.width() + padding, k);
        var tile = new WeightTile(linear.weight().name(),
                linear.bias().map(WeightRef::name).orElse(""), core, rows, padding, k, format,
                offset, (int) layout.scaleOffset(), 0);
        return tile.withBytes(padding == 0 ? tile.paddedBytes()
                : tile.ownVectors() + tile.vectorBytes(rows.width()));
    }

    private WeightTile withBytes(int size) {
        return new WeightTile(weight, bias, core, rows, padding, k, format, offset, scaleOffset,
                size);
    }

    /** Scales and biases of so many rows. */
    int vectorBytes(int count) {
        return Float.BYTES * count * (biased() ? 2 : 1);
    }

    /** Bytes of all rows with their scales and biases. */
    int paddedBytes() {
        return scaleOffset + vectorBytes(allRows());
    }

    /** First byte of the scales and biases of the rows without the padding. */
    int ownVectors() {
        return padding == 0 ? scaleOffset
                : FpgaTarget.align(paddedBytes(), FpgaTarget.BUFFER_ALIGNMENT);
    }

    /** Rows with the padding. */
    int allRows() {
        return rows.width() + padding;
    }

    /** The same rows as they would lie without padding. */
    WeightTile unpadded() {
        var layout = new PackedMatrix(format, rows.width(), k);
        return new WeightTile(weight, bias, core, rows, 0, k, format, offset,
                (int) layout.scaleOffset(),
                (int) layout.scaleOffset() + vectorBytes(rows.width()));
    }

    /** Bytes of the weights of some first rows, without their scales. */
    int weightBytes(int count) {
        return format.isUniform()
                ? count * PackedRows.rowBytes(format.bits(), format.groupCode(), k)
                : StripRows.strips(count) * format.stripBytes(k);
    }

    /** Whether biases follow the scales. */
    public boolean biased() {
        return !bias.isEmpty();
    }
}
