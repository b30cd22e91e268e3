package dev.skein.sim.functional;

import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Brings the positions of the kept weights of a block into the form that a gather takes: one byte a
 * weight, in the order of the weights.
 */
final class Positions {
    /** Bytes written behind the positions of a block. */
    static final int SLACK = 16;

    private static final int ROWS = StripRows.ROWS;

    /** The set bits of a byte, a byte each from the lowest on. */
    private static final long[] OF_MASK = ofMask();

    /** Added to positions that come from the upper half of a mask. */
    private static final long UPPER = 0x0808_0808_0808_0808L;

    private Positions() {
    }

    private static long[] ofMask() {
        long[] out = new long[256];
        for (int mask = 0; mask < out.length; mask++) {
            int shift = 0;
            for (int rest = mask; rest != 0; rest &= rest - 1) {
                out[mask] |= (long) Integer.numberOfTrailingZeros(rest) << shift;
                shift += 8;
            }
        }
        return out;
    }

    /**
     * Expands the positions of 16 rows; nothing for patterns without.
     *
     * @param from positions as stored, at {@code at}
     * @param to written from 0 on for 16 times the kept weights and {@link #SLACK}
     * @return whether all rows suit the pattern
     */
    static boolean expand(SparsePattern pattern, byte[] from, int at, byte[] to) {
        return switch (pattern) {
            case N0, N16 -> true;
            case N2 -> pairs(from, at, to);
            case N4, N8, N12 -> masks(pattern.kept(), from, at, to);
        };
    }

    private static boolean pairs(byte[] from, int at, byte[] to) {
        var pairs = (ShortVector) ByteVector.fromArray(ByteVector.SPECIES_128, from, at)
                .convertShape(VectorOperators.ZERO_EXTEND_B2S, ShortVector.SPECIES_256, 0);
        ShortVector low = pairs.and((short) 0x0f);
        ShortVector high = pairs.lanewise(VectorOperators.LSHR, 4);
        low.or(high.lanewise(VectorOperators.LSHL, 8)).reinterpretAsBytes().intoArray(to, 0);
        return low.compare(VectorOperators.LT, high).allTrue();
    }

    private static boolean masks(int kept, byte[] from, int at, byte[] to) {
        int wrong = 0;
        for (int row = 0; row < ROWS; row++) {
            int low = from[at + 2 * row] & 0xff;
            int high = from[at + 2 * row + 1] & 0xff;
            int lows = Integer.bitCount(low);
            LittleEndian.putInt64(to, kept * row, OF_MASK[low]);
            LittleEndian.putInt64(to, kept * row + lows, OF_MASK[high] | UPPER);
            wrong |= lows + Integer.bitCount(high) ^ kept;
        }
        return wrong == 0;
    }
}
