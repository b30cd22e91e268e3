package dev.skein.hls.number;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Codecs of the formats with one floating point number an element, all little-endian. */
final class Floats {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Floats() {
    }

    /** The little-endian half at {@code offset}, widened exactly. */
    static float half(byte[] src, int offset) {
        return Float.float16ToFloat((short) SHORT.get(src, offset));
    }

    /** Writes {@code value} as a little-endian half, rounded to nearest even. */
    static void putHalf(byte[] dst, int offset, float value) {
        SHORT.set(dst, offset, Float.floatToFloat16(value));
    }

    /** The little-endian int at {@code offset}. */
    static int int32(byte[] src, int offset) {
        return (int) INT.get(src, offset);
    }

    static void decodeF32(byte[] src, int srcOffset, float[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            dst[dstOffset + i] = Float.intBitsToFloat((int) INT.get(src, srcOffset + 4 * i));
        }
    }

    static void encodeF32(float[] src, int srcOffset, byte[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            INT.set(dst, dstOffset + 4 * i, Float.floatToRawIntBits(src[srcOffset + i]));
        }
    }

    static void decodeF16(byte[] src, int srcOffset, float[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            dst[dstOffset + i] = half(src, srcOffset + 2 * i);
        }
    }

    static void encodeF16(float[] src, int srcOffset, byte[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            putHalf(dst, dstOffset + 2 * i, src[srcOffset + i]);
        }
    }

    static void decodeBf16(byte[] src, int srcOffset, float[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            short bits = (short) SHORT.get(src, srcOffset + 2 * i);
            dst[dstOffset + i] = Float.intBitsToFloat(bits << 16);
        }
    }

    static void encodeBf16(float[] src, int srcOffset, byte[] dst, int dstOffset, int count) {
        for (int i = 0; i < count; i++) {
            SHORT.set(dst, dstOffset + 2 * i, toBf16(src[srcOffset + i]));
        }
    }

    /** The bfloat16 nearest to {@code value}, ties to even; a NaN becomes a quiet NaN. */
    static short toBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
