package dev.skein.compiler.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.DriveAttention.Attended;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import dev.skein.hls.number.sample.RandomAttention;
import dev.skein.hls.number.sample.RandomAttention.Most;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Policies on one head: bits against the scalar reference, and what is chosen. */
class HeadAttentionTest {
    private static final long SEED = 20261126;
    private static final int CASES = 400;
    private static final Most MOST = new Most(128, 200, 5);

    private static Attended last(HeadAttention head, RandomAttention a) {
        append(head, a, 0, a.kv().tokens());
        return head.attend(a.queries());
    }

    private static void append(HeadAttention head, RandomAttention a, int from, int to) {
        for (int t = from; t < to; t++) {
            head.append(a.kv().keys(), a.kv().values(), t * a.kv().headDim());
        }
    }

    private static void assertSame(Attended expected, Attended found, String what) {
        assertArrayEquals(expected.outputs(), found.outputs(), what);
        assertArrayEquals(expected.chosen().tokens(), found.chosen().tokens(), what);
        assertArrayEquals(expected.chosen().channels(), found.chosen().channels(), what);
        assertArrayEquals(expected.chosen().alpha(), found.chosen().alpha(), what);
    }

    private static HeadPlace place(RandomAttention a) {
        return new HeadPlace(1, 2, a.kv().headDim(), 256);
    }

    /** Whatever the pages are, and also while they fill. */
    @Test
    void sparfByPagesHasTheBitsOfSparqByRows() {
        int sparse = 0;
        for (long seed = SEED; seed < SEED + CASES; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            var random = new SplittableRandom(seed);
            int d = a.kv().headDim();
            KvPages pages = pages(random, d);
            HeadAttention sparf = new SparfHead(a.sparf(), pages);
            HeadAttention sparq = new AttentionPolicy.SparQ(a.sparf()).open(place(a));
            int half = a.kv().tokens() / 2;
            for (int[] part : new int[][] {{0, half}, {half, a.kv().tokens()}}) {
                append(sparf, a, part[0], part[1]);
                append(sparq, a, part[0], part[1]);
                if (part[1] > 0) {
                    assertSame(sparq.attend(a.queries()), sparf.attend(a.queries()),
                            "seed " + seed + ", " + a + ", " + pages);
                }
            }
            sparse += a.sparf().isDense(a.kv().tokens()) ? 0 : 1;
        }
        assertTrue(sparse > CASES / 4, "only " + sparse + " cases are sparse");
    }

    private static KvPages pages(SplittableRandom random, int d) {
        int channels = 1 + random.nextInt(d);
        int tokens = 1 + random.nextInt(20);
        int span = 1 + random.nextInt(40);
        int bytes = 2 * Math.max(tokens * d, span * channels);
        return new KvPages(Math.ceilDiv(bytes, KvPages.BEAT_BYTES) * KvPages.BEAT_BYTES, d, tokens,
                channels, span);
    }

    @Test
    void everyPolicyThatKeepsAllTokensIsDenseToTheBit() {
        for (long seed = SEED; seed < SEED + CASES; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            int s = a.kv().tokens();
            int d = a.kv().headDim();
            short[] dense = DriveAttention.attend(a.queries(), a.kv(), Sparf.dense(d)).outputs();
            for (AttentionPolicy policy : new AttentionPolicy[] {new AttentionPolicy.Dense(),
                new AttentionPolicy.SparF(new Sparf(d, s, 1)),
                new AttentionPolicy.HeavyHitter(s, 1), new AttentionPolicy.KeyTokens(s, 1, 7),
                new AttentionPolicy.Streaming(s - 1, 1), new AttentionPolicy.Local(s)}) {
                Attended found = last(policy.open(place(a)), a);
                assertArrayEquals(dense, found.outputs(), "seed " + seed + ", " + a + ", "
                        + policy);
                assertArrayEquals(IntStream.range(0, s).toArray(), found.chosen().tokens());
            }
        }
    }

    /** Of fewer tokens, the bits are those of dense attention to them alone. */
    @Test
    void whatIsForgottenHasNoEffect() {
        for (long seed = SEED; seed < SEED + CASES / 4; seed++) {
            RandomAttention a = RandomAttention.of(seed, MOST);
            for (AttentionPolicy policy : policies(a)) {
                HeadAttention head = policy.open(place(a));
                boolean[] gone = new boolean[a.kv().tokens()];
                for (int t = 0; t < gone.length; t++) {
                    append(head, a, t, t + 1);
                    Attended found = head.attend(a.queries());
                    int[] chosen = found.chosen().tokens();
                    String what = "seed " + seed + ", " + a + ", " + policy + ", token " + t;
                    assertEquals(t, chosen[chosen.length - 1], what);
                    assertTrue(IntStream.range(1, chosen.length)
                            .allMatch(n -> chosen[n - 1] < chosen[n]), what);
                    assertTrue(Arrays.stream(chosen).noneMatch(n -> gone[n]), what);
                    for (int n = 0, at = 0; n <= t; n++) {
                        gone[n] = at == chosen.length || chosen[at] != n;
                        at += gone[n] ? 0 : 1;
                    }
                    if (t == gone.length - 1) {
                        assertArrayEquals(DriveAttention.attend(a.queries(), rows(a, chosen),
                                Sparf.dense(a.kv().headDim())).outputs(), found.outputs(), what);
                    }
                }
            }
        }
    }

    private static AttentionPolicy[] policies(RandomAttention a) {
        int k = Math.min(a.sparf().tokens(), a.kv().tokens());
        int l = Math.min(a.sparf().local(), k);
        return new AttentionPolicy[] {new AttentionPolicy.HeavyHitter(k, l),
            new AttentionPolicy.KeyTokens(k, l, 3), new AttentionPolicy.Streaming(k - l, l),
            new AttentionPolicy.Local(l)};
    }

    private static KvHead rows(RandomAttention a, int[] tokens) {
        int d = a.kv().headDim();
        short[] k = new short[tokens.length * d];
        short[] v = new short[tokens.length * d];
        for (int n = 0; n < tokens.length; n++) {
            System.arraycopy(a.kv().keys(), tokens[n] * d, k, n * d, d);
            System.arraycopy(a.kv().values(), tokens[n] * d, v, n * d, d);
        }
        return new KvHead(d, k, v);
    }

    @Test
    void streamingKeepsTheFirstAndTheLatestTokens() {
        RandomAttention a = RandomAttention.of(SEED, new Most(16, 64, 2));
        HeadAttention head = new AttentionPolicy.Streaming(3, 5).open(place(a));
        for (int t = 0; t < 40; t++) {
            append(head, a, t % a.kv().tokens(), t % a.kv().tokens() + 1);
            int current = t;
            assertArrayEquals(IntStream.rangeClosed(0, t).filter(n -> n < 3 || n > current - 5)
                    .toArray(), head.attend(a.queries()).chosen().tokens());
        }
    }
}
