package dev.skein.hls.number;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * How sparse and mixed-width weights lie in memory. A strip is 16 rows (output channels) of k
 * columns, cut into blocks of 16 x 16; each block has a {@link BlockClass}, and all its rows keep
 * equally many weights, at positions of their own. A strip consists of
 *
 * <ol>
 * <li>the header: one byte a block, in order of columns, {@link BlockClass#code()};
 * <li>the payload of each block: the positions of row 0 to 15 (N2: a byte, the smaller one in the
 *     low nibble; N4, N8, N12: a 16-bit little-endian mask; N0, N16: none), then the kept weights,
 *     row after row in order of columns, as one little-endian string of two's complement fields;
 * <li>with a group code other than 0 the group scales, unsigned bytes: scale g of row r is byte
 *     {@code 16 * g + r};
 * <li>zeros up to a multiple of 16 bytes.
 * </ol>
 *
 * <p>A tile of n rows is ceil(n / 16) strips of equal size (rows past n hold zeros), n binary32 row
 * scales and, if there are any, n binary32 biases. All strips of a matrix have equally many blocks
 * of each class, so that size and time depend on the format and k only.
 */
public final class StripRows {
    /** Rows of a strip. */
    public static final int ROWS = 16;

    /** Columns of a block. */
    public static final int BLOCK = 16;

    /** Strips are multiples of this many bytes. */
    public static final int ALIGN = 16;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private StripRows() {
    }

    /** Receives the kept weights of a strip, zeros among them. */
    public interface Sink {
        /** A kept weight; {@code column} is below k. */
        void kept(int row, int column, int weight);
    }

    /** Strips of a tile of {@code n} rows. */
    public static int strips(int n) {
        return Math.ceilDiv(n, ROWS);
    }

    /** Blocks of a strip of {@code k} columns, which is also the bytes of its header. */
    public static int blocks(int k) {
        return Math.ceilDiv(k, BLOCK);
    }

    /** Bytes of the group scales of a strip of {@code k} columns. */
    public static int groupBytes(int group, int k) {
        return Math.multiplyExact(ROWS, PackedRows.groups(group, k));
    }

    /**
     * Bytes of a strip whose blocks are these, in any order.
     *
     * @param group group code, 0 for none
     */
    public static int stripBytes(Collection<BlockClass> blocks, int group) {
        long payload = 0;
        for (BlockClass c : blocks) {
            payload += c.bytes();
        }
        return bytes(blocks.size(), payload, group);
    }

    /** Bytes of a strip with so many blocks of each class. */
    public static int stripBytes(Map<BlockClass, Integer> counts, int group) {
        long blocks = 0;
        long payload = 0;
        for (Map.Entry<BlockClass, Integer> e : counts.entrySet()) {
            blocks += e.getValue();
            payload += (long) e.getValue() * e.getKey().bytes();
        }
        return bytes(Math.toIntExact(blocks), payload, group);
    }

    private static int bytes(int blocks, long payload, int group) {
        int k = Math.multiplyExact(blocks, BLOCK);
        return PackedRows.align16(Math.toIntExact(blocks + payload + groupBytes(group, k)));
    }

    /** Dense steps of 16 columns that a strip with these blocks takes, at least 1. */
    public static int steps(Collection<BlockClass> blocks) {
        long eighths = 0;
        for (BlockClass c : blocks) {
            eighths += c.pattern().eighths();
        }
        return steps(eighths);
    }

    /** Dense steps of a strip with so many blocks of each class, at least 1. */
    public static int steps(Map<BlockClass, Integer> counts) {
        long eighths = 0;
        for (Map.Entry<BlockClass, Integer> e : counts.entrySet()) {
            eighths += (long) e.getValue() * e.getKey().pattern().eighths();
        }
        return steps(eighths);
    }

    private static int steps(long eighths) {
        return Math.toIntExact(Math.max(1, Math.ceilDiv(eighths, 8)));
    }

    /** Offset of the row scales of a tile of {@code n} rows, bytes; the biases lie 4 n further. */
    public static long scaleOffset(int n, int stripBytes) {
        return (long) strips(n) * stripBytes;
    }

    /** Bytes of a tile of {@code n} rows with row scales, and biases if {@code biased}. */
    public static long tileBytes(int n, int stripBytes, boolean biased) {
        return scaleOffset(n, stripBytes) + (biased ? 8L : 4L) * n;
    }

    /**
     * Packs one strip. The kept positions of a row are those of its weights other than 0, and as
     * many of the first others as its pattern needs.
     *
     * @param k columns
     * @param blocks the class of each block, in order of columns
     * @param weights {@code [16, k]}, each at most the maximum of its block's width in magnitude
     * @param group group code
     * @param groupScales {@code [16, groups]}, 0 to 255; empty for group code 0
     * @param dst destination, written from {@code offset} on for {@link #stripBytes} bytes
     * @throws IllegalArgumentException naming what does not fit
     */
    public static void pack(int k, BlockClass[] blocks, byte[] weights, int group,
            int[] groupScales, MemorySegment dst, long offset) {
        int groups = PackedRows.groups(group, k);
        size("blocks of " + k + " columns", blocks.length, blocks(k));
        size("weights of 16 rows of " + k + " columns", weights.length, (long) ROWS * k);
        size("group scales of 16 rows", groupScales.length, (long) ROWS * groups);
        long end = offset + stripBytes(Arrays.asList(blocks), group);
        long at = offset;
        for (BlockClass c : blocks) {
            dst.set(BYTE, at++, (byte) c.code());
        }
        for (int b = 0; b < blocks.length; b++) {
            StripBlock.pack(blocks[b], b, k, weights, dst, at);
            at += blocks[b].bytes();
        }
        for (int g = 0; g < groups; g++) {
            for (int row = 0; row < ROWS; row++) {
                int scale = groupScales[row * groups + g];
                if (scale < 0 || scale > 255) {
                    throw new IllegalArgumentException("group scale " + g + " of row " + row
                            + " is " + scale + ", allowed 0 to 255");
                }
                dst.set(BYTE, at++, (byte) scale);
            }
        }
        dst.asSlice(at, end - at).fill((byte) 0);
    }

    private static void size(String what, long found, long expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + ": " + found + ", allowed " + expected);
        }
    }

    /**
     * The classes of the blocks of the strip at {@code offset}.
     *
     * @throws IllegalArgumentException naming a block whose code is unknown
     */
    public static BlockClass[] classes(MemorySegment src, long offset, int k) {
        var out = new BlockClass[blocks(k)];
        for (int b = 0; b < out.length; b++) {
            int code = src.get(BYTE, offset + b) & 0xff;
            try {
                out[b] = BlockClass.of(code);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("block " + b + " of " + out.length + ": "
                        + e.getMessage(), e);
            }
        }
        return out;
    }

    /**
     * Compares a header with what an instruction says about its strips.
     *
     * @return the classes of the blocks
     * @throws IllegalArgumentException if a code is unknown or the classes give another size or
     *     time
     */
    public static BlockClass[] check(MemorySegment src, long offset, int k, int group,
            int stripBytes, int steps) {
        BlockClass[] blocks = classes(src, offset, k);
        int bytes = stripBytes(Arrays.asList(blocks), group);
        if (bytes != stripBytes) {
            throw new IllegalArgumentException("the header's " + blocks.length
                    + " blocks make a strip of " + bytes + " bytes, stripBytes is " + stripBytes);
        }
        int found = steps(Arrays.asList(blocks));
        if (found != steps) {
            throw new IllegalArgumentException("the header's " + blocks.length + " blocks take "
                    + found + " steps, steps is " + steps);
        }
        return blocks;
    }

    /**
     * Gives the kept weights of the strip at {@code offset} to {@code sink}, block by block and in
     * a block row by row.
     *
     * @throws IllegalArgumentException naming block and row of a code or position that is not legal
     */
    public static void visit(MemorySegment src, long offset, int k, Sink sink) {
        BlockClass[] blocks = classes(src, offset, k);
        long at = offset + blocks.length;
        for (int b = 0; b < blocks.length; b++) {
            StripBlock.visit(blocks[b], b, k, src, at, sink);
            at += blocks[b].bytes();
        }
    }

    /** The weights {@code [16, k]} of the strip at {@code offset}, 0 where none is kept. */
    public static byte[] unpack(MemorySegment src, long offset, int k) {
        byte[] weights = new byte[Math.multiplyExact(ROWS, k)];
        visit(src, offset, k, (row, column, w) -> weights[row * k + column] = (byte) w);
        return weights;
    }

    /** The group scales {@code [16, groups]} of the strip at {@code offset}, 0 to 255 each. */
    public static int[] groupScales(MemorySegment src, long offset, int k, int group) {
        int groups = PackedRows.groups(group, k);
        long at = offset + blocks(k);
        for (BlockClass c : classes(src, offset, k)) {
            at += c.bytes();
        }
        int[] scales = new int[ROWS * groups];
        for (int g = 0; g < groups; g++) {
            for (int row = 0; row < ROWS; row++) {
                scales[row * groups + g] = src.get(BYTE, at++) & 0xff;
            }
        }
        return scales;
    }
}
