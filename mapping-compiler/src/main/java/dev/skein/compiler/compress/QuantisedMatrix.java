package dev.skein.compiler.compress;

import java.util.Objects;

/**
 * A matrix of integers with scales: element (r, c) stands for {@code q[r][c] * group scale *
 * channel scale}. The arrays are shared with the caller and not to be changed.
 *
 * @param format bits and group size
 * @param rows output channels
 * @param cols weights of a row
 * @param values {@code [rows, cols] int8}, each within the range of the format
 * @param groupScales {@code [rows, groups] uint8}: 1..255, 0 for a group of zeros; empty without
 *     groups
 * @param channelScales {@code [rows]}
 */
public record QuantisedMatrix(WeightFormat format, int rows, int cols, byte[] values,
        byte[] groupScales, float[] channelScales) {
    public QuantisedMatrix {
        Objects.requireNonNull(format, "format");
        requireLength("values", values.length, (long) rows * cols);
        requireLength("group scales", groupScales.length, (long) rows * format.groups(cols));
        requireLength("channel scales", channelScales.length, rows);
    }

    private static void requireLength(String what, int found, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + ": found " + found + ", the shape has "
                    + expected);
        }
    }

    /** The integer at (row, col). */
    public int value(int row, int col) {
        return values[row * cols + col];
    }

    /** The unsigned scale of a group of a row; 1 without groups. */
    public int groupScale(int row, int group) {
        return format.groupSize() == 0 ? 1
                : groupScales[row * format.groups(cols) + group] & 0xff;
    }

    /** The distance of neighbouring representable weights around (row, col). */
    public float step(int row, int col) {
        int group = format.groupSize() == 0 ? 0 : col / format.groupSize();
        return groupScale(row, group) * channelScales[row];
    }

    /** The values the integers stand for: {@code [rows, cols]}. */
    public float[] dequantise() {
        float[] out = new float[Math.multiplyExact(rows, cols)];
        int groupSize = format.groupSize() == 0 ? cols : format.groupSize();
        for (int row = 0; row < rows; row++) {
            for (int from = 0, group = 0; from < cols; from += groupSize, group++) {
                int scale = groupScale(row, group);
                int to = Math.min(from + groupSize, cols);
                for (int i = row * cols + from; i < row * cols + to; i++) {
                    // The integer product is exact in binary32: at most 127 * 255.
                    out[i] = (float) (values[i] * scale) * channelScales[row];
                }
            }
        }
        return out;
    }

    /** How far these values are from the weights they were made of. */
    public QuantError errorAgainst(float[] weights) {
        requireLength("weights", weights.length, (long) rows * cols);
        return QuantError.between(weights, dequantise());
    }
}
