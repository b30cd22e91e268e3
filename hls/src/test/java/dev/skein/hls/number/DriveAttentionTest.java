package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.sample.RandomAttention;
import dev.skein.hls.number.sample.RandomAttention.Most;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DriveAttentionTest {
    private static final long SEED = 20261126;
    private static final Most MOST = new Most(256, 300, 6);

    @Test
    void errorIsWithinTheStatedBound() {
        double worst = 0;
        for (long seed = SEED; seed < SEED + 400; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            worst = Math.max(worst, errorOverBound(a, seed));
        }
        System.out.println("largest error over its bound: " + worst + ", seeds from " + SEED);
    }

    private static double errorOverBound(RandomAttention a, long seed) {
        DriveAttention.Attended found = a.attend();
        var oracle = new AttentionOracle(a.queries(), a.kv());
        int d = a.kv().headDim();
        double worst = 0;
        for (int h = 0; h < a.queryHeads(); h++) {
            double[] exact = oracle.output(h, found.chosen());
            for (int c = 0; c < d; c++) {
                double error = Math.abs(Half.toFloat(found.outputs()[h * d + c]) - exact[c]);
                double bound = oracle.bound(exact[c]);
                assertTrue(error <= bound, "seed " + seed + ", " + a + ": entry " + c + " of head "
                        + h + ": error " + error + ", bound " + bound);
                worst = Math.max(worst, error / bound);
            }
        }
        return worst;
    }

    @Test
    void choosesTheTokensThatScoreMost() {
        int sparse = 0;
        for (long seed = SEED; seed < SEED + 400; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            Chosen chosen = a.attend().chosen();
            int tokens = a.kv().tokens();
            if (a.numbers() != RandomAttention.Numbers.ORDINARY || a.sparf().isDense(tokens)) {
                continue;
            }
            sparse++;
            assertEquals(a.sparf().tokens(), chosen.tokens().length);
            var oracle = new AttentionOracle(a.queries(), a.kv());
            double[] shared = new double[tokens];
            for (int h = 0; h < a.queryHeads(); h++) {
                double[] p = oracle.scores(h, chosen.channels());
                Arrays.setAll(shared, t -> shared[t] + p[t]);
            }
            boolean[] in = new boolean[tokens];
            Arrays.stream(chosen.tokens()).forEach(t -> in[t] = true);
            int older = tokens - a.sparf().local();
            double least = IntStream.range(0, older).filter(t -> in[t])
                    .mapToDouble(t -> shared[t]).min().orElse(2 * a.queryHeads());
            double most = IntStream.range(0, older).filter(t -> !in[t])
                    .mapToDouble(t -> shared[t]).max().orElse(0);
            assertTrue(least >= most * (1 - 1e-5), "seed " + seed + ": " + least + " < " + most);
            assertTrue(IntStream.range(older, tokens).allMatch(t -> in[t]), "seed " + seed);
        }
        assertTrue(sparse > 50, "only " + sparse + " cases");
    }

    /** Plain attention, written here once more: softmax and sums of docs/numbers.md, no choice. */
    @Test
    void denseHasTheBitsOfPlainAttention() {
        for (long seed = SEED; seed < SEED + 300; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            int d = a.kv().headDim();
            int tokens = a.kv().tokens();
            short[] plain = plain(a);
            for (Sparf s : new Sparf[] {Sparf.dense(d), new Sparf(d, tokens, 1),
                    new Sparf(1, tokens, tokens), new Sparf(d, tokens + 5, 3)}) {
                assertArrayEquals(plain,
                        DriveAttention.attend(a.queries(), a.kv(), s).outputs(),
                        "seed " + seed + ", " + s);
            }
        }
    }

    private static short[] plain(RandomAttention a) {
        int d = a.kv().headDim();
        int tokens = a.kv().tokens();
        short[] out = new short[a.queries().length];
        for (int h = 0; h < a.queryHeads(); h++) {
            float[] scores = new float[tokens];
            for (int t = 0; t < tokens; t++) {
                float[] products = new float[d];
                for (int c = 0; c < d; c++) {
                    products[c] = Half.toFloat(a.queries()[h * d + c]) * a.kv().key(t, c);
                }
                scores[t] = Sfu.reduceSum(products, d);
            }
            float[] p = Sfu.softmax(scores, tokens, 1f / (float) Math.sqrt(d));
            for (int c = 0; c < d; c++) {
                float[] products = new float[tokens];
                for (int t = 0; t < tokens; t++) {
                    products[t] = (p[t] < 0x1p-64f ? 0f : p[t]) * a.kv().value(t, c);
                }
                out[h * d + c] = Half.ofResult(Sfu.reduceSum(products, tokens));
            }
        }
        return out;
    }

    @Test
    void equalScoresAreChosenByIndex() {
        short one = Float.floatToFloat16(1);
        short[] same = new short[40];
        Arrays.fill(same, one);
        var kv = new KvHead(4, same, same);
        Chosen chosen = DriveAttention.attend(new short[] {one, one, one, one}, kv,
                new Sparf(2, 5, 2)).chosen();
        assertArrayEquals(new int[] {0, 1}, chosen.channels());
        assertArrayEquals(new int[] {0, 1, 2, 8, 9}, chosen.tokens());
        assertEquals(0.5f, chosen.alpha()[0], 1e-6f);
    }

    /** Values that are not attended to count by their sum alone, which is exact in any order. */
    @Test
    void otherValuesMayLieInAnyOrder() {
        int permuted = 0;
        for (long seed = SEED; seed < SEED + 200; seed++) {
            RandomAttention a = RandomAttention.of(seed, new Most(64, 60, 3));
            DriveAttention.Attended before = a.attend();
            int d = a.kv().headDim();
            List<Integer> others = IntStream.range(0, a.kv().tokens()).boxed()
                    .filter(t -> Arrays.binarySearch(before.chosen().tokens(), t) < 0).toList();
            List<Integer> shuffled = new ArrayList<>(others);
            Collections.shuffle(shuffled, new Random(seed));
            short[] values = a.kv().values().clone();
            for (int i = 0; i < others.size(); i++) {
                System.arraycopy(a.kv().values(), others.get(i) * d, values,
                        shuffled.get(i) * d, d);
            }
            permuted += Arrays.equals(values, a.kv().values()) ? 0 : 1;
            assertArrayEquals(before.outputs(), DriveAttention.attend(a.queries(),
                    new KvHead(d, a.kv().keys(), values), a.sparf()).outputs(), "seed " + seed);
        }
        assertTrue(permuted > 50, "only " + permuted + " cases");
    }

    @Test
    void aSingleTokenIsItsValue() {
        short[] value = {1, (short) 0x8000, 0x7bff, (short) 0xfbff, 0x3c00};
        var kv = new KvHead(5, new short[5], value);
        short[] out = DriveAttention.attend(new short[10], kv, new Sparf(2, 1, 1)).outputs();
        short[] expected = {1, 0, 0x7bff, (short) 0xfbff, 0x3c00};
        assertArrayEquals(expected, Arrays.copyOf(out, 5));
        assertArrayEquals(expected, Arrays.copyOfRange(out, 5, 10));
    }

    @Test
    void badNumbersAndSizesAreRefusedInOneSentence() {
        short nan = 0x7e00;
        short infinity = (short) 0xfc00;
        says("query 1, entry 0 is NaN; attention in the drive takes finite numbers only",
                () -> attend(new short[] {0, 0, nan, 0}, 2));
        says("value 1, entry 1 is -Infinity; attention in the drive takes finite numbers only",
                () -> new KvHead(2, new short[4], new short[] {0, 0, 0, infinity}));
        says("key 0, entry 1 is NaN; attention in the drive takes finite numbers only",
                () -> new KvHead(2, new short[] {0, nan}, new short[2]));
        says("channels r: 3; a head has 2", () -> attend(new short[2], 3));
        says("3 query entries for heads of 2; one head or more, each of that size",
                () -> attend(new short[3], 2));
        says("tokens k: 3, of which local l: 0; at least 1 is local, since the current token is"
                + " always chosen", () -> new Sparf(1, 3, 0));
    }

    private static void attend(short[] queries, int r) {
        DriveAttention.attend(queries, new KvHead(2, new short[6], new short[6]),
                new Sparf(r, 2, 1));
    }

    private static void says(String sentence, org.junit.jupiter.api.function.Executable bad) {
        assertEquals(sentence, assertThrows(IllegalArgumentException.class, bad).getMessage());
    }
}
