package dev.skein.hls.number;

/**
 * Codecs of the blocks of 32 elements. In the 4- and 5-bit formats byte j holds element j in its
 * low nibble and element j + 16 in its high one. Source of layout and order of operations: the
 * block structures of ggml, checked against recorded blocks.
 */
final class SmallBlocks {
    private static final int HALF_BLOCK = 16;
    private static final int BLOCK = 32;

    private SmallBlocks() {
    }

    static void decodeQ40(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 18 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            for (int j = 0; j < HALF_BLOCK; j++) {
                int q = src[at + 2 + j];
                dst[to + j] = ((q & 15) - 8) * d;
                dst[to + HALF_BLOCK + j] = ((q >> 4 & 15) - 8) * d;
            }
        }
    }

    static void decodeQ41(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 20 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            float m = Floats.half(src, at + 2);
            for (int j = 0; j < HALF_BLOCK; j++) {
                int q = src[at + 4 + j];
                dst[to + j] = (q & 15) * d + m;
                dst[to + HALF_BLOCK + j] = (q >> 4 & 15) * d + m;
            }
        }
    }

    static void decodeQ50(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 22 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            int fifth = Floats.int32(src, at + 2);
            for (int j = 0; j < HALF_BLOCK; j++) {
                int q = src[at + 6 + j];
                int low = q & 15 | (fifth >>> j & 1) << 4;
                int high = q >> 4 & 15 | (fifth >>> j + HALF_BLOCK & 1) << 4;
                dst[to + j] = (low - 16) * d;
                dst[to + HALF_BLOCK + j] = (high - 16) * d;
            }
        }
    }

    static void decodeQ51(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 24 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            float m = Floats.half(src, at + 2);
            int fifth = Floats.int32(src, at + 4);
            for (int j = 0; j < HALF_BLOCK; j++) {
                int q = src[at + 8 + j];
                int low = q & 15 | (fifth >>> j & 1) << 4;
                int high = q >> 4 & 15 | (fifth >>> j + HALF_BLOCK & 1) << 4;
                dst[to + j] = low * d + m;
                dst[to + HALF_BLOCK + j] = high * d + m;
            }
        }
    }

    static void decodeQ80(byte[] src, int srcOffset, float[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int at = srcOffset + 34 * b;
            int to = dstOffset + BLOCK * b;
            float d = Floats.half(src, at);
            for (int j = 0; j < BLOCK; j++) {
                dst[to + j] = src[at + 2 + j] * d;
            }
        }
    }

    /** Scale max|x| / 127; quotients rounded half away from zero, as ggml's reference does. */
    static void encodeQ80(float[] src, int srcOffset, byte[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int from = srcOffset + BLOCK * b;
            int at = dstOffset + 34 * b;
            float d = Math.abs(extreme(src, from)) / 127;
            float inverse = d == 0 ? 0 : 1 / d;
            Floats.putHalf(dst, at, d);
            for (int j = 0; j < BLOCK; j++) {
                // In double the half is added exactly.
                double x = src[from + j] * inverse;
                dst[at + 2 + j] = (byte) (x < 0 ? -(int) (0.5 - x) : (int) (x + 0.5));
            }
        }
    }

    /** Scale so that the value of largest magnitude becomes -8, as ggml's reference does. */
    static void encodeQ40(float[] src, int srcOffset, byte[] dst, int dstOffset, int blocks) {
        for (int b = 0; b < blocks; b++) {
            int from = srcOffset + BLOCK * b;
            int at = dstOffset + 18 * b;
            float d = extreme(src, from) / -8;
            float inverse = d == 0 ? 0 : 1 / d;
            Floats.putHalf(dst, at, d);
            for (int j = 0; j < HALF_BLOCK; j++) {
                int low = Math.min(15, (int) (src[from + j] * inverse + 8.5f));
                int high = Math.min(15, (int) (src[from + HALF_BLOCK + j] * inverse + 8.5f));
                dst[at + 2 + j] = (byte) (low | high << 4);
            }
        }
    }

    /** The first element of largest magnitude in the block at {@code from}, with its sign. */
    private static float extreme(float[] src, int from) {
        float extreme = 0;
        for (int j = 0; j < BLOCK; j++) {
            if (Math.abs(src[from + j]) > Math.abs(extreme)) {
                extreme = src[from + j];
            }
        }
        return extreme;
    }
}
