package dev.skein.runtime.device;

import dev.skein.hls.number.Sfu;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the next token is taken from logits, a random number included: docs/numbers.md, sampling.
 * Weights of tokens are integers, so that every device takes the same token.
 *
 * @param factor of differences of logits, 1 / temperature, finite and above 0
 * @param topK how many of the likeliest tokens are kept, 0 for all
 * @param topP of their weight, how much the likeliest that are kept have together: 1 to
 *     {@link #ALL}
 * @param random 64 bits, as an unsigned part of 2^64
 */
public record Choice(float factor, int topK, long topP, long random) {
    /** A {@link #topP} that keeps all. */
    public static final long ALL = 1L << 31;

    /** The first of the likeliest. */
    public static final Choice GREEDY = new Choice(1, 1, ALL, 0);

    /** Of the likeliest token. */
    private static final float LIKELIEST = 0x1p40f;
    private static final int BITS = 31;

    /** Checks the ranges. */
    public Choice {
        require(factor > 0 && Float.isFinite(factor), "factor", factor, "above 0 and finite");
        require(topK >= 0, "top-k", topK, "0 (all) or more");
        require(topP >= 1 && topP <= ALL, "top-p", topP, "1 to 2^31");
    }

    private static void require(boolean ok, String what, Number found, String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(what + " is " + found + ", allowed: " + allowed);
        }
    }

    /**
     * Checks that there is one for each part of a step whose logits are wanted.
     *
     * @throws IllegalArgumentException if not
     */
    public static void require(List<BatchPart> parts, List<Choice> choices) {
        long wanted = parts.stream().filter(BatchPart::wanted).count();
        if (wanted != choices.size()) {
            throw new IllegalArgumentException(choices.size() + " choices for " + wanted
                    + " tokens of a step");
        }
    }

    /** Whether it is the first of the likeliest, whatever the random number. */
    public boolean isGreedy() {
        return topK == 1;
    }

    /** The token. */
    public int of(float[] logits) {
        int likeliest = Step.likeliest(logits);
        if (isGreedy()) {
            return likeliest;
        }
        float most = logits[likeliest];
        int[] kept = kept(logits, most);
        long all = 0;
        for (int id : kept) {
            all += weight(logits[id], most);
        }
        long left = Math.unsignedMultiplyHigh(random, all);
        for (int id : kept) {
            left -= weight(logits[id], most);
            if (left < 0) {
                return id;
            }
        }
        throw new IllegalArgumentException("logits have no likeliest token: one is not a number");
    }

    /** Those that may be taken, ids rising. */
    private int[] kept(float[] logits, float most) {
        boolean some = topK > 0 && topK < logits.length;
        if (!some && topP == ALL) {
            return IntStream.range(0, logits.length).toArray();
        }
        int[] order = byFallingLogit(logits);
        int n = some ? topK : order.length;
        if (topP < ALL) {
            long all = 0;
            for (int i = 0; i < n; i++) {
                all += weight(logits[order[i]], most);
            }
            long needed = Math.max(1, (all >>> BITS) * topP
                    + ((all & ALL - 1) * topP >>> BITS));
            for (n = 0; needed > 0; n++) {
                needed -= weight(logits[order[n]], most);
            }
        }
        int[] kept = Arrays.copyOf(order, n);
        Arrays.sort(kept);
        return kept;
    }

    private long weight(float logit, float most) {
        return (long) (Sfu.exp((logit - most) * factor) * LIKELIEST);
    }

    /** Ids rise among equals. */
    private static int[] byFallingLogit(float[] logits) {
        // keys order by logit, then by id; one primitive sort, no boxed comparator
        long[] keys = IntStream.range(0, logits.length)
                .mapToLong(i -> key(logits[i]) << 32 | i).toArray();
        Arrays.sort(keys);
        int[] out = new int[keys.length];
        Arrays.setAll(out, i -> (int) keys[i]);
        return out;
    }

    /** Rises as the logit falls; 32 bits, signed. */
    private static long key(float logit) {
        int bits = Float.floatToIntBits(logit + 0f);
        int rising = bits >= 0 ? bits : bits ^ 0x7fffffff;
        return -1L - rising;
    }
}
