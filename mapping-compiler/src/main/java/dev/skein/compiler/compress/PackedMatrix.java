package dev.skein.compiler.compress;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.StripRows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A compressed matrix as one string of bytes, for files: all rows as one tile without biases. The
 * rows come first, {@link PackedRows} of a uniform format (and zeros up to a multiple of 16
 * bytes), else {@link StripRows}; then the binary32 scales of the rows, little-endian. Any rows
 * can be read without the others.
 */
public final class PackedMatrix {
    private static final ValueLayout.OfFloat SCALE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final WeightFormat format;
    private final int rows;
    private final int cols;

    /** Gives bytes of the matrix. */
    @FunctionalInterface
    public interface Bytes {
        /** Fills {@code dst} with the bytes from {@code offset} on. */
        void read(long offset, byte[] dst);
    }

    /** The layout of a matrix {@code [rows, cols]} in a format. */
    public PackedMatrix(WeightFormat format, int rows, int cols) {
        this.format = format;
        this.rows = rows;
        this.cols = cols;
    }

    /** Bytes of the whole matrix. */
    public long bytes() {
        return scaleOffset() + (long) Float.BYTES * rows;
    }

    /** Offset of the row scales, bytes. */
    public long scaleOffset() {
        return format.isUniform()
                ? PackedRows.scaleOffset(format.bits(), format.groupCode(), rows, cols)
                : StripRows.scaleOffset(rows, format.stripBytes(cols));
    }

    /** The bytes of a matrix of this format and shape. */
    public byte[] pack(QuantisedMatrix matrix) {
        byte[] out = new byte[Math.toIntExact(bytes())];
        pack(matrix, MemorySegment.ofArray(out));
        return out;
    }

    /** Writes the bytes of a matrix of this format and shape to the beginning of {@code dst}. */
    public void pack(QuantisedMatrix matrix, MemorySegment dst) {
        if (format.isUniform()) {
            packRows(matrix, dst);
        } else {
            packStrips(matrix, dst);
        }
        for (int row = 0; row < rows; row++) {
            dst.set(SCALE, scaleOffset() + (long) Float.BYTES * row, matrix.channelScales()[row]);
        }
    }

    private void packRows(QuantisedMatrix matrix, MemorySegment dst) {
        WeightBits bits = format.bits();
        int rowBytes = PackedRows.rowBytes(bits, format.groupCode(), cols);
        byte[] row = new byte[cols];
        for (int r = 0; r < rows; r++) {
            System.arraycopy(matrix.values(), r * cols, row, 0, cols);
            PackedRows.pack(row, groupScales(matrix, r, 1), bits, format.groupCode(), dst,
                    (long) r * rowBytes);
        }
    }

    private void packStrips(QuantisedMatrix matrix, MemorySegment dst) {
        int blocks = WeightFormat.blocks(cols);
        int stripBytes = format.stripBytes(cols);
        for (int strip = 0; strip < StripRows.strips(rows); strip++) {
            int first = strip * StripRows.ROWS;
            var classes = new BlockClass[blocks];
            for (int b = 0; b < blocks; b++) {
                classes[b] = matrix.blockClass(first, b * StripRows.BLOCK);
            }
            byte[] values = new byte[StripRows.ROWS * cols];
            int count = Math.min(StripRows.ROWS, rows - first);
            System.arraycopy(matrix.values(), first * cols, values, 0, count * cols);
            StripRows.pack(cols, classes, values, format.groupCode(),
                    groupScales(matrix, first, StripRows.ROWS), dst, (long) strip * stripBytes);
        }
    }

    /** Of {@code count} rows, zeros past the last row of the matrix. */
    private int[] groupScales(QuantisedMatrix matrix, int first, int count) {
        int groups = format.groups(cols);
        int[] out = new int[count * groups];
        for (int i = 0; i < Math.min(count, rows - first) * groups; i++) {
            out[i] = matrix.groupScale(first + i / groups, i % groups);
        }
        return out;
    }

    /**
     * Rows {@code [firstRow, firstRow + count)}; whole strips unless the format is uniform, the
     * last of which may be short.
     *
     * @throws IllegalArgumentException naming what is not legal in the bytes
     */
    public QuantisedMatrix unpack(Bytes source, int firstRow, int count) {
        byte[] values = new byte[Math.multiplyExact(count, cols)];
        byte[] groupScales = new byte[count * format.groups(cols)];
        byte[] classes = format.isUniform() ? unpackRows(source, firstRow, values, groupScales)
                : unpackStrips(source, firstRow, count, values, groupScales);
        byte[] raw = new byte[Float.BYTES * count];
        source.read(scaleOffset() + (long) Float.BYTES * firstRow, raw);
        float[] scales = new float[count];
        MemorySegment.copy(MemorySegment.ofArray(raw), SCALE, 0, scales, 0, count);
        for (int i = 0; i < count; i++) {
            if (!(scales[i] >= 0 && scales[i] <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException("scale of row " + (firstRow + i) + " is "
                        + scales[i] + ", allowed: finite, not negative");
            }
        }
        var matrix = new QuantisedMatrix(format, count, cols, values, groupScales, scales,
                classes);
        requireSymmetric(matrix, firstRow);
        return matrix;
    }

    private byte[] unpackRows(Bytes source, int firstRow, byte[] values, byte[] groupScales) {
        WeightBits bits = format.bits();
        int rowBytes = PackedRows.rowBytes(bits, format.groupCode(), cols);
        int groups = format.groups(cols);
        byte[] raw = new byte[Math.multiplyExact(values.length / cols, rowBytes)];
        source.read((long) firstRow * rowBytes, raw);
        MemorySegment src = MemorySegment.ofArray(raw);
        for (int r = 0; r < values.length / cols; r++) {
            byte[] row = PackedRows.unpack(src, (long) r * rowBytes, bits, cols);
            System.arraycopy(row, 0, values, r * cols, cols);
            int at = r * rowBytes + PackedRows.unitBytes(bits, cols);
            System.arraycopy(raw, at, groupScales, r * groups, groups);
        }
        return new byte[0];
    }

    private byte[] unpackStrips(Bytes source, int firstRow, int count, byte[] values,
            byte[] groupScales) {
        int stripBytes = format.stripBytes(cols);
        int blocks = WeightFormat.blocks(cols);
        int groups = format.groups(cols);
        int strips = StripRows.strips(count);
        byte[] classes = new byte[strips * blocks];
        byte[] raw = new byte[stripBytes];
        MemorySegment src = MemorySegment.ofArray(raw);
        for (int s = 0; s < strips; s++) {
            int first = s * StripRows.ROWS;
            int n = Math.min(StripRows.ROWS, count - first);
            source.read((long) (firstRow / StripRows.ROWS + s) * stripBytes, raw);
            StripRows.check(src, 0, cols, format.groupCode(), stripBytes, format.stripSteps(cols));
            System.arraycopy(raw, 0, classes, s * blocks, blocks);
            System.arraycopy(StripRows.unpack(src, 0, cols), 0, values, first * cols, n * cols);
            int[] scales = StripRows.groupScales(src, 0, cols, format.groupCode());
            for (int i = 0; i < n * groups; i++) {
                groupScales[first * groups + i] = (byte) scales[i];
            }
        }
        return classes;
    }

    /** Two's complement has one more number below zero, which no device takes. */
    private void requireSymmetric(QuantisedMatrix matrix, int firstRow) {
        for (int row = 0; row < matrix.rows(); row++) {
            for (int col = 0; col < cols; col += StripRows.BLOCK) {
                int max = matrix.blockClass(row, col).bits().max();
                for (int c = col; c < Math.min(cols, col + StripRows.BLOCK); c++) {
                    if (matrix.value(row, c) < -max) {
                        throw new IllegalArgumentException("weight " + matrix.value(row, c)
                                + " in row " + (firstRow + row) + ", column " + c + ", allowed -"
                                + max + " to " + max);
                    }
                }
            }
        }
    }
}
