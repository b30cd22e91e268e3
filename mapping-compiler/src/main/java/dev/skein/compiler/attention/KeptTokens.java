package dev.skein.compiler.attention;

import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.DriveAttention.Attended;
import java.util.Arrays;

/** Attention to all tokens that are kept; what an {@link Eviction} names is forgotten for good. */
final class KeptTokens implements HeadAttention {
    private final Eviction eviction;
    private final int headDim;
    private float[] keys = {};
    private float[] values = {};
    private int[] numbers = {};
    private int kept;
    private int appended;

    KeptTokens(Eviction eviction, int headDim) {
        this.eviction = eviction;
        this.headDim = headDim;
    }

    @Override
    public void append(short[] k, short[] v, int from) {
        if (kept == numbers.length) {
            int capacity = Math.max(1, 2 * kept);
            keys = Arrays.copyOf(keys, capacity * headDim);
            values = Arrays.copyOf(values, capacity * headDim);
            numbers = Arrays.copyOf(numbers, capacity);
        }
        HeadMath.widen(k, from, keys, kept * headDim, headDim);
        HeadMath.widen(v, from, values, kept * headDim, headDim);
        numbers[kept++] = appended++;
        int victim = eviction.appended(kept);
        if (victim >= 0) {
            int after = kept - victim - 1;
            System.arraycopy(numbers, victim + 1, numbers, victim, after);
            move(keys, victim, after);
            move(values, victim, after);
            kept--;
        }
    }

    private void move(float[] rows, int victim, int after) {
        System.arraycopy(rows, (victim + 1) * headDim, rows, victim * headDim, after * headDim);
    }

    @Override
    public Attended attend(short[] queries) {
        float[][] q = HeadMath.heads(queries, headDim);
        HeadMath.Mixed mixed = HeadMath.mix(q, keys, values, kept);
        eviction.attended(numbers, mixed.scores(), mixed.weights());
        float[] alpha = new float[q.length];
        Arrays.fill(alpha, 1f);
        return new Attended(HeadMath.results(mixed.outputs()),
                new Chosen(new int[0], Arrays.copyOf(numbers, kept), alpha));
    }
}
