package dev.skein.hls.number;

import dev.skein.hls.isa.Footprint;
import dev.skein.hls.isa.WeightBits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How weights of a matrix instruction lie in memory: a tile is {@code n} packed rows of {@code k}
 * weights, padding to 16 bytes, {@code n} binary32 row scales, then {@code n} biases if there are
 * any.
 *
 * <p>A row is cut into units of 16 weights, the last one padded with zeros. A unit has
 * {@code 2 * bits} bytes; weight j is the two's complement field {@code [j * bits, (j + 1) * bits)}
 * of the unit read as one little-endian number. Behind the units of a row, if the group code is
 * not 0, lies one unsigned byte a group: its integer scale. Rows follow each other without padding.
 */
public final class PackedRows {
    /** Weights of a unit; also what row lengths are rounded up to. */
    public static final int UNIT = 16;

    /** Alignment of the row scales in a tile, bytes. */
    public static final int SCALE_ALIGN = 16;

    /** Largest group code. */
    public static final int MAX_GROUP = 7;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private PackedRows() {
    }

    /** {@code n} rounded up to a multiple of 16. */
    public static int align16(int n) {
        return Math.addExact(n, 15) & ~15;
    }

    /** Weights a group: {@code 8 << code}, 0 for code 0, which means no groups. */
    public static int groupSize(int code) {
        if (code < 0 || code > MAX_GROUP) {
            throw new IllegalArgumentException("group code " + code + ": 0 to " + MAX_GROUP);
        }
        return code == 0 ? 0 : 8 << code;
    }

    /** Units of a row of {@code k} weights. */
    public static int units(int k) {
        return align16(k) / UNIT;
    }

    /** Group scales of a row of {@code k} weights; none for code 0. */
    public static int groups(int code, int k) {
        int size = groupSize(code);
        return size == 0 ? 0 : Math.ceilDiv(align16(k), size);
    }

    /** Bytes of the units of a row, so the offset of its group scales. */
    public static int unitBytes(WeightBits bits, int k) {
        return Math.multiplyExact(units(k), 2 * bits.bits());
    }

    /** Bytes from one row to the next. */
    public static int rowBytes(WeightBits bits, int group, int k) {
        groupSize(group);
        return Math.toIntExact(Footprint.rowStride(bits, group, k));
    }

    /** Offset of the row scales of a tile of {@code n} rows, bytes; the biases lie 4 n further. */
    public static long scaleOffset(WeightBits bits, int group, int n, int k) {
        long rows = Math.multiplyExact((long) n, rowBytes(bits, group, k));
        return Math.addExact(rows, SCALE_ALIGN - 1) & -SCALE_ALIGN;
    }

    /** Bytes of a tile of {@code n} rows with row scales, and biases if {@code biased}. */
    public static long tileBytes(WeightBits bits, int group, int n, int k, boolean biased) {
        return Math.addExact(scaleOffset(bits, group, n, k), (biased ? 8L : 4L) * n);
    }

    /**
     * Packs one row.
     *
     * @param weights {@code [k]}, each at most {@link WeightBits#max()} in magnitude
     * @param groupScales one a group, 0 to 255, or empty for group code 0
     * @param dst destination, written from {@code offset} on for {@link #rowBytes} bytes
     * @throws IllegalArgumentException naming the weight or group scale that does not fit
     */
    public static void pack(byte[] weights, int[] groupScales, WeightBits bits, int group,
            MemorySegment dst, long offset) {
        int k = weights.length;
        int count = groups(group, k);
        if (groupScales.length != count) {
            throw new IllegalArgumentException("group scales of a row of " + k + " weights: "
                    + groupScales.length + ", group code " + group + " needs " + count);
        }
        int unitBytes = unitBytes(bits, k);
        dst.asSlice(offset, Math.addExact(unitBytes, count)).fill((byte) 0);
        for (int i = 0; i < k; i++) {
            if (Math.abs(weights[i]) > bits.max()) {
                throw new IllegalArgumentException("weight " + i + " is " + weights[i]
                        + ", allowed -" + bits.max() + " to " + bits.max());
            }
            long unit = offset + (long) (i / UNIT) * 2 * bits.bits();
            putField(dst, unit, i % UNIT * bits.bits(), bits.bits(), weights[i]);
        }
        for (int g = 0; g < count; g++) {
            if (groupScales[g] < 0 || groupScales[g] > 255) {
                throw new IllegalArgumentException(
                        "group scale " + g + " is " + groupScales[g] + ", allowed 0 to 255");
            }
            dst.set(BYTE, offset + unitBytes + g, (byte) groupScales[g]);
        }
    }

    private static void putField(MemorySegment dst, long unit, int bit, int bits, int value) {
        int field = (value & (1 << bits) - 1) << bit % 8;
        long at = unit + bit / 8;
        dst.set(BYTE, at, (byte) (dst.get(BYTE, at) | field));
        if (bit % 8 + bits > 8) {
            dst.set(BYTE, at + 1, (byte) (dst.get(BYTE, at + 1) | field >> 8));
        }
    }

    /** The weights {@code [k]} of the row at {@code offset}, sign extended. */
    public static byte[] unpack(MemorySegment src, long offset, WeightBits bits, int k) {
        byte[] weights = new byte[k];
        int width = bits.bits();
        for (int i = 0; i < k; i++) {
            int bit = i % UNIT * width;
            long at = offset + (long) (i / UNIT) * 2 * width + bit / 8;
            int field = src.get(BYTE, at) & 0xff;
            if (bit % 8 + width > 8) {
                field |= (src.get(BYTE, at + 1) & 0xff) << 8;
            }
            weights[i] = (byte) (field << 32 - width - bit % 8 >> 32 - width);
        }
        return weights;
    }

    /** The group scales of the row at {@code offset}, 0 to 255 each; empty for group code 0. */
    public static int[] groupScales(MemorySegment src, long offset, WeightBits bits, int group,
            int k) {
        int[] scales = new int[groups(group, k)];
        long from = offset + unitBytes(bits, k);
        for (int g = 0; g < scales.length; g++) {
            scales[g] = src.get(BYTE, from + g) & 0xff;
        }
        return scales;
    }
}
