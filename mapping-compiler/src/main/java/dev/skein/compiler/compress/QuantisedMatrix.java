package dev.skein.compiler.compress;

import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A matrix of integers with scales: element (r, c) stands for {@code q[r][c] * group scale *
 * channel scale}. Pruned positions hold 0. The arrays are shared with the caller and not to be
 * changed.
 *
 * @param format widths, patterns and group size
 * @param rows output channels
 * @param cols weights of a row
 * @param values {@code [rows, cols] int8}, each within the range of its block
 * @param groupScales {@code [rows, groups] uint8}: 1..255, 0 for a group of zeros; empty without
 *     groups
 * @param channelScales {@code [rows]}
 * @param classes {@code [ceil(rows / 16), ceil(cols / 16)]} codes of {@link BlockClass}, in each
 *     strip of 16 rows as many of each as the format says; empty of a uniform format
 */
public record QuantisedMatrix(WeightFormat format, int rows, int cols, byte[] values,
        byte[] groupScales, float[] channelScales, byte[] classes) {
    public QuantisedMatrix {
        Objects.requireNonNull(format, "format");
        requireLength("values", values.length, (long) rows * cols);
        requireLength("group scales", groupScales.length, (long) rows * format.groups(cols));
        requireLength("channel scales", channelScales.length, rows);
        int blocks = format.isUniform() ? 0 : WeightFormat.blocks(cols);
        int strips = Math.ceilDiv(rows, StripRows.BLOCK);
        requireLength("block classes", classes.length, (long) strips * blocks);
        if (blocks > 0) {
            requireBalance(classes, blocks, format);
        }
    }

    /** A matrix of a uniform format. */
    public QuantisedMatrix(WeightFormat format, int rows, int cols, byte[] values,
            byte[] groupScales, float[] channelScales) {
        this(format, rows, cols, values, groupScales, channelScales, new byte[0]);
    }

    private static void requireBalance(byte[] classes, int blocks, WeightFormat format) {
        Map<BlockClass, Integer> counts = format.blocks().counts(blocks);
        for (int from = 0; from < classes.length; from += blocks) {
            var found = new TreeMap<Integer, Integer>();
            for (int i = from; i < from + blocks; i++) {
                found.merge(classes[i] & 0xff, 1, Integer::sum);
            }
            boolean balanced = found.size() == counts.size() && counts.entrySet().stream()
                    .allMatch(e -> e.getValue().equals(found.get(e.getKey().code())));
            if (!balanced) {
                throw new IllegalArgumentException("block classes of strip " + from / blocks
                        + ": found " + found + " (number by code), format " + format + " has "
                        + counts);
            }
        }
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

    /** The class of the block that (row, col) lies in. */
    public BlockClass blockClass(int row, int col) {
        return format.isUniform() ? new BlockClass(SparsePattern.N16, format.bits())
                : BlockClass.of(classes[row / StripRows.BLOCK * WeightFormat.blocks(cols)
                        + col / StripRows.BLOCK] & 0xff);
    }

    /**
     * Some rows.
     *
     * @param firstRow a multiple of 16, unless the format is uniform or all rows are of one strip
     */
    public QuantisedMatrix slice(int firstRow, int count) {
        int groups = format.groups(cols);
        int blocks = format.isUniform() ? 0 : WeightFormat.blocks(cols);
        int inside = firstRow % StripRows.ROWS;
        if (blocks > 0 && inside != 0 && inside + count > StripRows.ROWS) {
            throw new IllegalArgumentException("rows " + firstRow + " to "
                    + (firstRow + count - 1) + ": a multiple of 16 begins a strip");
        }
        int strip = firstRow / StripRows.ROWS;
        return new QuantisedMatrix(format, count, cols,
                Arrays.copyOfRange(values, firstRow * cols, (firstRow + count) * cols),
                Arrays.copyOfRange(groupScales, firstRow * groups, (firstRow + count) * groups),
                Arrays.copyOfRange(channelScales, firstRow, firstRow + count),
                Arrays.copyOfRange(classes, strip * blocks,
                        (strip + Math.ceilDiv(count, StripRows.BLOCK)) * blocks));
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
