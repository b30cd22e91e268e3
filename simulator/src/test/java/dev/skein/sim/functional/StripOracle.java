package dev.skein.sim.functional;

import java.math.BigInteger;

/** Reads a tile of strips the slow way, written from docs/numbers.md alone. */
final class StripOracle {
    private static final int[] KEPT = {0, 2, 4, 8, 12, 16};
    private static final int[] BITS = {2, 3, 4, 5, 8};

    private StripOracle() {}

    /** {@code [16, k]}: weights times their group scales, 0 where none is kept. */
    static long[][] weights(byte[] wgt, int at, int k, int group) {
        int blocks = (k + 15) / 16;
        long[][] out = new long[16][16 * blocks];
        int payload = at + blocks;
        for (int b = 0; b < blocks; b++) {
            int kept = KEPT[wgt[at + b] & 7];
            int bits = BITS[wgt[at + b] >> 3 & 7];
            int indexBytes = kept == 2 ? 1 : kept % 16 == 0 ? 0 : 2;
            int size = 2 * kept * bits;
            byte[] bigEndian = new byte[size + 1];
            for (int i = 0; i < size; i++) {
                bigEndian[size - i] = wgt[payload + 16 * indexBytes + i];
            }
            var string = new BigInteger(bigEndian);
            for (int i = 0; i < 16 * kept; i++) {
                int row = i / kept;
                long field = string.shiftRight(i * bits).intValue() & (1 << bits) - 1;
                int column = column(wgt, payload + row * indexBytes, kept, i % kept);
                out[row][16 * b + column] = field >= 1 << bits - 1 ? field - (1 << bits) : field;
            }
            payload += 16 * indexBytes + size;
        }
        int groupSize = group == 0 ? 16 * blocks : 8 << group;
        for (int column = 0; group != 0 && column < 16 * blocks; column++) {
            for (int row = 0; row < 16; row++) {
                out[row][column] *= wgt[payload + column / groupSize * 16 + row] & 255;
            }
        }
        return out;
    }

    private static int column(byte[] wgt, int index, int kept, int j) {
        if (kept == 16) {
            return j;
        }
        if (kept == 2) {
            return wgt[index] >> 4 * j & 15;
        }
        int mask = wgt[index] & 255 | (wgt[index + 1] & 255) << 8;
        int seen = -1;
        int column = -1;
        while (seen < j) {
            column++;
            seen += mask >> column & 1;
        }
        return column;
    }
}
