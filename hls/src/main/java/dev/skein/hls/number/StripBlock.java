package dev.skein.hls.number;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** One block of a strip: positions and weights of its 16 rows. */
final class StripBlock {
    private static final int ROWS = StripRows.ROWS;
    private static final int BLOCK = StripRows.BLOCK;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort MASK =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private StripBlock() {
    }

    static void pack(BlockClass type, int block, int k, byte[] weights, MemorySegment dst,
            long at) {
        int bits = type.bits().bits();
        int columns = Math.min(BLOCK, k - BLOCK * block);
        long out = at + type.indexBytes();
        long string = 0;
        int filled = 0;
        for (int row = 0; row < ROWS; row++) {
            int from = row * k + BLOCK * block;
            int mask = positions(type.pattern(), weights, from, columns, block, row);
            putPositions(type.pattern(), mask, dst, at, row);
            for (int rest = mask; rest != 0; rest &= rest - 1) {
                int column = Integer.numberOfTrailingZeros(rest);
                int w = column < columns ? weights[from + column] : 0;
                if (Math.abs(w) > type.bits().max()) {
                    throw new IllegalArgumentException("block " + block + ", row " + row
                            + ": weight " + w + " of column " + column + ", allowed -"
                            + type.bits().max() + " to " + type.bits().max());
                }
                string |= (w & (1L << bits) - 1) << filled;
                filled += bits;
                for (; filled >= 8; filled -= 8) {
                    dst.set(BYTE, out++, (byte) string);
                    string >>>= 8;
                }
            }
        }
    }

    /** The mask of the positions to keep. */
    private static int positions(SparsePattern pattern, byte[] weights, int from, int columns,
            int block, int row) {
        int mask = 0;
        for (int c = 0; c < columns; c++) {
            mask |= weights[from + c] != 0 ? 1 << c : 0;
        }
        int missing = pattern.kept() - Integer.bitCount(mask);
        if (missing < 0) {
            throw new IllegalArgumentException("block " + block + ", row " + row + ": "
                    + Integer.bitCount(mask) + " weights are not 0, " + pattern + " keeps "
                    + pattern.kept());
        }
        for (; missing > 0; missing--) {
            mask |= mask + 1;
        }
        return mask;
    }

    private static void putPositions(SparsePattern pattern, int mask, MemorySegment dst, long at,
            int row) {
        switch (pattern) {
            case N0, N16 -> { }
            case N2 -> {
                int high = 31 - Integer.numberOfLeadingZeros(mask);
                dst.set(BYTE, at + row, (byte) (Integer.numberOfTrailingZeros(mask) | high << 4));
            }
            case N4, N8, N12 -> dst.set(MASK, at + 2L * row, (short) mask);
        }
    }

    static void visit(BlockClass type, int block, int k, MemorySegment src, long at,
            StripRows.Sink sink) {
        int bits = type.bits().bits();
        long in = at + type.indexBytes();
        long string = 0;
        int filled = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int rest = mask(type.pattern(), block, row, src, at); rest != 0;
                    rest &= rest - 1) {
                for (; filled < bits; filled += 8) {
                    string |= (src.get(BYTE, in++) & 0xffL) << filled;
                }
                int weight = (int) (string << 64 - bits >> 64 - bits);
                string >>>= bits;
                filled -= bits;
                int column = BLOCK * block + Integer.numberOfTrailingZeros(rest);
                if (column < k) {
                    sink.kept(row, column, weight);
                }
            }
        }
    }

    private static int mask(SparsePattern pattern, int block, int row, MemorySegment src,
            long at) {
        return switch (pattern) {
            case N0 -> 0;
            case N16 -> 0xffff;
            case N2 -> {
                int pair = src.get(BYTE, at + row) & 0xff;
                if ((pair & 15) >= pair >> 4) {
                    throw new IllegalArgumentException("block " + block + ", row " + row
                            + ": positions " + (pair & 15) + " and " + (pair >> 4)
                            + ", the first has to be smaller");
                }
                yield 1 << (pair & 15) | 1 << (pair >> 4);
            }
            case N4, N8, N12 -> {
                int mask = src.get(MASK, at + 2L * row) & 0xffff;
                if (Integer.bitCount(mask) != pattern.kept()) {
                    throw new IllegalArgumentException("block " + block + ", row " + row
                            + ": mask 0x" + Integer.toHexString(mask) + " keeps "
                            + Integer.bitCount(mask) + " weights, " + pattern + " keeps "
                            + pattern.kept());
                }
                yield mask;
            }
        };
    }
}
