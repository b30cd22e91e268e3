package dev.skein.hls.number;

/**
 * Decoders of the K formats: super-blocks of 256 elements whose sub-blocks have small integer
 * scales under one or two half-precision ones. Source of layout and order of operations: the
 * block structures of ggml, checked against recorded blocks.
 */
final class SuperBlocks {
    private static final int BLOCK = 256;

    private SuperBlocks() {
    }

    /** Layout: scales and minima [16] (4 + 4 bits), quants [64], half d, half dmin. */
    static void decodeQ2(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 84 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at + 80);
            float dmin = Floats.half(src, at + 82);
            for (int sub = 0; sub < 16; sub++) {
                int scale = src[at + sub];
                float dl = d * (scale & 15);
                float ml = dmin * (scale >> 4 & 15);
                // A half of 128 elements uses 32 bytes, two bits at a time; a sub-block 16 of them.
                int quants = at + 16 + 32 * (sub >> 3) + 16 * (sub & 1);
                int shift = 2 * (sub >> 1 & 3);
                for (int l = 0; l < 16; l++) {
                    dst[to + 16 * sub + l] = dl * (src[quants + l] >> shift & 3) - ml;
                }
            }
        }
    }

    /** Layout: third bits [32], quants [64], scales [12] (16 of 6 bits, biased by 32), half d. */
    static void decodeQ3(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 110 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at + 108);
            for (int sub = 0; sub < 16; sub++) {
                // Low nibbles of the scales: bytes 0..7, first their low halves; high pairs: 8..11.
                int low = src[at + 96 + (sub & 7)] >> 4 * (sub >> 3) & 15;
                int high = src[at + 104 + (sub & 3)] >> 2 * (sub >> 2) & 3;
                float dl = d * ((low | high << 4) - 32);
                int third = at + 16 * (sub & 1);
                int quants = at + 32 + 32 * (sub >> 3) + 16 * (sub & 1);
                int bit = sub >> 1;
                int shift = 2 * (bit & 3);
                for (int l = 0; l < 16; l++) {
                    int q = src[quants + l] >> shift & 3;
                    int absent = src[third + l] >> bit & 1 ^ 1;
                    dst[to + 16 * sub + l] = dl * (q - 4 * absent);
                }
            }
        }
    }

    /** Layout: half d, half dmin, scales and minima [12], nibbles [128]. */
    static void decodeQ4(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 144 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            float dmin = Floats.half(src, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float dl = d * scale(src, at + 4, sub);
                float ml = dmin * minimum(src, at + 4, sub);
                int quants = at + 16 + 32 * (sub >> 1);
                int shift = 4 * (sub & 1);
                for (int l = 0; l < 32; l++) {
                    dst[to + 32 * sub + l] = dl * (src[quants + l] >> shift & 15) - ml;
                }
            }
        }
    }

    /** Layout: half d, half dmin, scales and minima [12], fifth bits [32], nibbles [128]. */
    static void decodeQ5(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 176 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            float dmin = Floats.half(src, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float dl = d * scale(src, at + 4, sub);
                float ml = dmin * minimum(src, at + 4, sub);
                int quants = at + 48 + 32 * (sub >> 1);
                int shift = 4 * (sub & 1);
                for (int l = 0; l < 32; l++) {
                    int q = src[quants + l] >> shift & 15 | (src[at + 16 + l] >> sub & 1) << 4;
                    dst[to + 32 * sub + l] = dl * q - ml;
                }
            }
        }
    }

    /** Layout: nibbles [128], upper pairs [64], int8 scales [16], half d. */
    static void decodeQ6(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 210 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at + 208);
            for (int run = 0; run < 8; run++) {
                // Four runs of 32 in a half of 128: nibbles in 64 bytes (low, low, high, high).
                int nibbles = at + 64 * (run >> 2) + 32 * (run & 1);
                int pairs = at + 128 + 32 * (run >> 2);
                int scales = at + 192 + 2 * run;
                int nibbleShift = 4 * (run >> 1 & 1);
                int pairShift = 2 * (run & 3);
                for (int l = 0; l < 32; l++) {
                    int low = src[nibbles + l] >> nibbleShift & 15;
                    int q = (low | (src[pairs + l] >> pairShift & 3) << 4) - 32;
                    dst[to + 32 * run + l] = d * src[scales + (l >> 4)] * q;
                }
            }
        }
    }

    /** The 6-bit scale of sub-block {@code sub} among the 12 packed bytes at {@code at}. */
    private static int scale(byte[] src, int at, int sub) {
        return sub < 4
                ? src[at + sub] & 63
                : src[at + sub + 4] & 15 | (src[at + sub - 4] >> 6 & 3) << 4;
    }

    /** The 6-bit minimum of sub-block {@code sub} among the 12 packed bytes at {@code at}. */
    private static int minimum(byte[] src, int at, int sub) {
        return sub < 4
                ? src[at + sub + 4] & 63
                : src[at + sub + 4] >> 4 & 15 | (src[at + sub] >> 6 & 3) << 4;
    }
}
