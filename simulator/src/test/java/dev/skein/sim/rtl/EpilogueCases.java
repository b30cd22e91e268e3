package dev.skein.sim.rtl;

import dev.skein.hls.number.Sfu;
import java.util.Random;

/** Random sums, scales and biases that reach every corner of binary32. */
final class EpilogueCases {
    /** Rows of x. */
    static final int M = 4;
    /** Outputs. */
    static final int N = 64;

    private static final int KINDS = 5;
    private static final long SUM_MAX = (1L << 47) - 1;
    private static final long SUM_MIN = -(1L << 47);
    private static final int TYPICAL_SUM_BITS = 20;
    private static final float[] EXTREMES = {0f, -0f, Float.MIN_VALUE, -Float.MIN_VALUE,
        0x0.fffffep-126f, Float.MIN_NORMAL, -Float.MIN_NORMAL, Float.MAX_VALUE, -Float.MAX_VALUE,
        1f, -1f, 0x1.fffffep0f, 0x1p-100f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY,
        Float.NaN};

    private final Random random;

    EpilogueCases(long seed) {
        random = new Random(seed);
    }

    /**
     * One matrix of sums.
     *
     * @param sums {@code [M, N]}
     * @param rowScales {@code [N]}, or null
     * @param biases {@code [N]}, or null
     * @param actScales {@code [M]}
     */
    record Batch(long[] sums, float[] rowScales, float[] biases, float[] actScales) {}

    /** Batch {@code index}, of a kind and with or without scales and biases by its number. */
    Batch batch(int index) {
        int kind = index % KINDS;
        boolean scaled = index / KINDS % 4 != 1;
        boolean biased = index / KINDS % 4 >= 2;
        // where the products lie: in the middle, or around the end that makes them special
        int target = kind == 1 ? -150 + random.nextInt(30) : kind == 2 ? 120 + random.nextInt(12)
                : random.nextInt(41) - 30;
        int row = scaled ? random.nextInt(61) - 30 : 0;
        // where the exponents of a float end, the target is missed
        int act = Math.clamp(target - TYPICAL_SUM_BITS - row, -149, 127);
        long[] sums = new long[M * N];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = kind == 1 || kind == 2 ? random.nextLong(-1L << TYPICAL_SUM_BITS,
                    1L << TYPICAL_SUM_BITS) : sum();
        }
        float[] rowScales = scaled ? scales(N, kind, row) : null;
        float[] actScales = scales(M, kind, act);
        float[] biases = biased ? new float[N] : null;
        for (int j = 0; biased && j < N; j++) {
            int i = random.nextInt(M);
            biases[j] = bias(kind, Sfu.output(sums[i * N + j], scaled ? rowScales[j] : 1f,
                    actScales[i]));
        }
        return new Batch(sums, rowScales, biases, actScales);
    }

    /** Of 48 bits. */
    private long sum() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong(SUM_MIN, SUM_MAX + 1);
            case 1 -> random.nextInt(-4096, 4097);
            case 2 -> sign() * ((1L << random.nextInt(47)) + random.nextInt(-1, 2));
            // 25 significant bits, the last one set: half way between two floats, or next to it
            case 3 -> sign() * (((random.nextInt(1 << 23) | 1 << 23) * 2L + 1
                    << 1 + random.nextInt(21)) + random.nextInt(-1, 2));
            case 4 -> random.nextBoolean() ? SUM_MIN + random.nextInt(3)
                    : SUM_MAX - random.nextInt(3);
            default -> random.nextLong() >> 17 + random.nextInt(47);
        };
    }

    private int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    private float[] scales(int count, int kind, int exponent) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = switch (kind) {
                case 3 -> anyFinite();
                case 4 -> random.nextBoolean() ? extreme() : anyFinite();
                default -> Math.scalb(1f + random.nextFloat(), exponent);
            };
        }
        return out;
    }

    /** Beside a product: its negative to a few units, one of about its size, or anything. */
    private float bias(int kind, float product) {
        int choice = random.nextInt(kind == 4 ? 5 : 4);
        int places = random.nextInt(-30, 31);
        return switch (choice) {
            case 0 -> -product;
            case 1 -> -Float.intBitsToFloat(Float.floatToRawIntBits(product)
                    + random.nextInt(-3, 4));
            case 2 -> Math.scalb(product * (1f + random.nextFloat()), places) * sign();
            case 3 -> anyFinite();
            default -> extreme();
        };
    }

    private float anyFinite() {
        int bits = random.nextInt();
        return Float.intBitsToFloat((bits & 0x7f800000) == 0x7f800000 ? bits ^ 0x40000000 : bits);
    }

    private float extreme() {
        return EXTREMES[random.nextInt(EXTREMES.length)];
    }
}
