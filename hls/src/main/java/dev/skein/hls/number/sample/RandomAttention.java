package dev.skein.hls.number.sample;

import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.Sparf;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A random head to attend to.
 *
 * @param queries {@code [queryHeads, headDim] binary16}
 * @param kv its cache
 * @param sparf how much of it is looked at
 * @param numbers what its numbers are like
 */
public record RandomAttention(short[] queries, KvHead kv, Sparf sparf, Numbers numbers) {
    private static final List<Integer> USUAL_DIMS = List.of(8, 16, 32, 64, 80, 96, 128, 256);

    /** What numbers are like. */
    public enum Numbers {
        /** About 1, as those of a model. */
        ORDINARY,
        /** Scores far enough apart for probabilities down to the smallest ones. */
        SPREAD,
        /** Products small enough for scores to be nearly alike, subnormal binary16 among them. */
        SUBNORMAL,
        /** Any finite bits. */
        ANY,
        /** The greatest and the smallest magnitudes. */
        EXTREME,
        /** -1, 0 and 1: many equal scores. */
        TIES,
        /** All zero but for a few. */
        NEARLY_ZERO
    }

    /**
     * Bounds of a generated head; each from 1.
     *
     * @param headDim of the head
     * @param tokens of the cache
     * @param queryHeads that share it
     */
    public record Most(int headDim, int tokens, int queryHeads) {
    }

    /** The head of a seed. */
    public static RandomAttention of(long seed, Most most) {
        var random = new SplittableRandom(seed);
        int headDim = random.nextInt(3) == 0
                ? 1 + random.nextInt(most.headDim())
                : Math.min(most.headDim(), USUAL_DIMS.get(random.nextInt(USUAL_DIMS.size())));
        int tokens = size(random, most.tokens());
        int heads = 1 + random.nextInt(most.queryHeads());
        Numbers[] kinds = Numbers.values();
        Numbers numbers = kinds[random.nextInt(2) * random.nextInt(kinds.length)];
        short[] queries = numbers(random, numbers, heads * headDim);
        var kv = new KvHead(headDim, numbers(random, numbers, tokens * headDim),
                numbers(random, numbers, tokens * headDim));
        return new RandomAttention(queries, kv, sparf(random, headDim, tokens), numbers);
    }

    /** Small sizes as often as large ones. */
    private static int size(SplittableRandom random, int most) {
        int bits = 1 + random.nextInt(32 - Integer.numberOfLeadingZeros(most));
        return Math.min(most, 1 + random.nextInt(1 << bits));
    }

    private static Sparf sparf(SplittableRandom random, int headDim, int tokens) {
        if (random.nextInt(4) == 0) {
            return Sparf.dense(headDim);
        }
        int r = random.nextInt(5) == 0 ? headDim : size(random, headDim);
        int k = random.nextInt(6) == 0 && tokens > 1
                ? tokens - 1 : size(random, tokens + tokens / 8 + 1);
        return new Sparf(r, k, random.nextInt(8) == 0 ? k : size(random, k));
    }

    private static short[] numbers(SplittableRandom random, Numbers kind, int count) {
        short[] out = new short[count];
        for (int i = 0; i < count; i++) {
            out[i] = switch (kind) {
                case ORDINARY -> half(random.nextDouble(-2, 2) * random.nextDouble());
                case SPREAD -> half(random.nextDouble(-9, 9));
                case SUBNORMAL -> (short) (random.nextInt(0x800) | random.nextInt(2) << 15);
                case ANY -> (short) (random.nextInt(0x7c00) | random.nextInt(2) << 15);
                case EXTREME -> half((random.nextBoolean() ? 65504 : 0x1p-24)
                        * (random.nextBoolean() ? 1 : -1));
                case TIES -> half(random.nextInt(3) - 1);
                case NEARLY_ZERO -> random.nextInt(20) == 0 ? half(random.nextDouble(-1, 1)) : 0;
            };
        }
        return out;
    }

    private static short half(double value) {
        return Float.floatToFloat16((float) value);
    }

    /** What the reference makes of it. */
    public DriveAttention.Attended attend() {
        return DriveAttention.attend(queries, kv, sparf);
    }

    /** Query heads that share the cache. */
    public int queryHeads() {
        return queries.length / kv.headDim();
    }

    @Override
    public String toString() {
        return queryHeads() + " query heads of " + kv.headDim() + ", " + kv.tokens()
                + " tokens, " + sparf + ", " + numbers;
    }
}
