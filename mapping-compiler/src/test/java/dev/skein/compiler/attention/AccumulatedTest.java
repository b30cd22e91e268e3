package dev.skein.compiler.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.Sfu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Which tokens H2O and Keyformer forget, against the papers' rules written down again. */
class AccumulatedTest {
    private static final int DIM = 8;
    private static final int HEADS = 3;
    private static final int TOKENS = 70;
    private static final int KEPT = 12;
    private static final int LOCAL = 4;

    private static short[] random(SplittableRandom random, int count) {
        short[] out = new short[count];
        for (int i = 0; i < count; i++) {
            out[i] = Half.ofResult((float) random.nextDouble(-3, 3));
        }
        return out;
    }

    private static int[] chosen(AttentionPolicy policy, long seed, List<int[]> steps) {
        var random = new SplittableRandom(seed);
        HeadAttention head = policy.open(new HeadPlace(0, 0, DIM, TOKENS));
        int[] chosen = {};
        for (int t = 0; t < TOKENS; t++) {
            head.append(random(random, DIM), random(random, DIM), 0);
            chosen = head.attend(random(random, HEADS * DIM)).chosen().tokens();
            steps.add(chosen);
        }
        return chosen;
    }

    /** H2O with sums in a map of tokens, softmax in binary64. */
    @Test
    void heavyHittersAreThoseWithTheLargestSums() {
        for (long seed = 0; seed < 40; seed++) {
            List<int[]> steps = new ArrayList<>();
            chosen(new AttentionPolicy.HeavyHitter(KEPT, LOCAL), seed, steps);
            var random = new SplittableRandom(seed);
            List<Integer> kept = new ArrayList<>();
            List<short[]> keys = new ArrayList<>();
            double[] sums = new double[TOKENS];
            for (int t = 0; t < TOKENS; t++) {
                kept.add(t);
                keys.add(random(random, DIM));
                random(random, DIM);
                if (kept.size() > KEPT) {
                    kept.remove(kept.subList(0, kept.size() - LOCAL).stream()
                            .min((a, b) -> Double.compare(sums[a], sums[b])).orElseThrow());
                }
                assertArrayEquals(kept.stream().mapToInt(n -> n).toArray(), steps.get(t),
                        "seed " + seed + ", token " + t);
                add(sums, kept, keys, random(random, HEADS * DIM));
            }
        }
    }

    private static void add(double[] sums, List<Integer> kept, List<short[]> keys, short[] q) {
        for (int h = 0; h < HEADS; h++) {
            double[] e = new double[kept.size()];
            for (int n = 0; n < e.length; n++) {
                double dot = 0;
                for (int c = 0; c < DIM; c++) {
                    dot += Half.toFloat(q[h * DIM + c])
                            * Half.toFloat(keys.get(kept.get(n))[c]);
                }
                e[n] = Math.exp(dot / Math.sqrt(DIM));
            }
            double all = Arrays.stream(e).sum();
            for (int n = 0; n < e.length; n++) {
                sums[kept.get(n)] += e[n] / all;
            }
        }
    }

    @Test
    void keyTokensDependOnTheSeedOfTheNoiseAlone() {
        List<int[]> one = new ArrayList<>();
        List<int[]> again = new ArrayList<>();
        List<int[]> other = new ArrayList<>();
        chosen(new AttentionPolicy.KeyTokens(KEPT, LOCAL, 1), 5, one);
        chosen(new AttentionPolicy.KeyTokens(KEPT, LOCAL, 1), 5, again);
        chosen(new AttentionPolicy.KeyTokens(KEPT, LOCAL, 2), 5, other);
        boolean differ = false;
        for (int t = 0; t < TOKENS; t++) {
            assertArrayEquals(one.get(t), again.get(t));
            assertEquals(Math.min(t + 1, KEPT), one.get(t).length);
            differ |= !Arrays.equals(one.get(t), other.get(t));
        }
        assertTrue(differ, "the noise has no effect");
        List<int[]> h2o = new ArrayList<>();
        chosen(new AttentionPolicy.HeavyHitter(KEPT, LOCAL), 5, h2o);
        assertFalse(Arrays.equals(h2o.getLast(), one.getLast()));
    }

    /** Shares are a softmax at a temperature between 1 and 2, of scores and Gumbel noise. */
    @Test
    void keyformersSharesAreNoisyAndTempered() {
        var keyformer = new Keyformer(KEPT, LOCAL, 1, new HeadPlace(0, 0, DIM, 100));
        int[] numbers = new int[50_000];
        Arrays.setAll(numbers, n -> n);
        float[] flat = new float[1000];
        float[] shares = keyformer.shares(numbers, flat, flat);
        assertEquals(1, Sfu.reduceSum(shares, shares.length), 1e-5);
        // At the temperature 1 + 999 / 100, logarithms of shares differ by noise / temperature.
        double temperature = 1 + 9.99;
        double mean = 0;
        for (float share : shares) {
            mean += Math.log(share) * temperature / shares.length;
        }
        double variance = 0;
        for (float share : shares) {
            variance += Math.pow(Math.log(share) * temperature - mean, 2) / shares.length;
        }
        assertEquals(Math.PI * Math.PI / 6, variance, 0.25, "variance of Gumbel's distribution");
    }
}
