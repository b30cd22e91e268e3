package dev.skein.hls.number;

/** IEEE binary16 as attention in the drive uses it: docs/numbers.md, "Attention in the drive". */
public final class Half {
    /** Bytes of a number. */
    public static final int BYTES = 2;

    /** The greatest finite number; results of attention are limited to it. */
    public static final float MAX = 65504f;

    private static final int EXPONENT = 0x7c00;
    private static final int FRACTION = 0x3ff;
    private static final int FRACTION_BITS = 10;

    private Half() {
    }

    /** Whether the bits are a number: no NaN and no infinity. */
    public static boolean isFinite(short bits) {
        return (bits & EXPONENT) != EXPONENT;
    }

    /** Its value, exactly. */
    public static float toFloat(short bits) {
        return Float.float16ToFloat(bits);
    }

    /** Its value in steps of 2^-24, an integer below 2^40 in magnitude. */
    public static long toSteps(short bits) {
        int exponent = (bits & EXPONENT) >> FRACTION_BITS;
        long fraction = bits & FRACTION;
        long steps = exponent == 0 ? fraction : FRACTION + 1 + fraction << exponent - 1;
        return bits < 0 ? -steps : steps;
    }

    /** A result of attention: half to even, limited to {@link #MAX}, and +0 for any zero. */
    public static short ofResult(float value) {
        float limited = Math.clamp(value, -MAX, MAX);
        short bits = Float.floatToFloat16(limited);
        return bits == Short.MIN_VALUE ? 0 : bits;
    }
}
