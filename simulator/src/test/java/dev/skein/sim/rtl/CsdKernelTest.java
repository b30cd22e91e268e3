package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import dev.skein.hls.number.sample.RandomAttention;
import dev.skein.hls.number.sample.RandomAttention.Most;
import dev.skein.hls.number.sample.RandomAttention.Numbers;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The attention kernel for storage cards, in C-simulation, against its scalar reference. */
class CsdKernelTest {
    private static final long FIRST = Long.getLong("fuzz.seed", 40_000);
    private static final int CASES = Integer.getInteger("fuzz.cases", 3000);
    private static final Most MOST = new Most(256, 700, 8);

    private static CsdKernel kernel;

    @BeforeAll
    static void build() throws Exception {
        kernel = CsdCase.kernel();
    }

    @Test
    void everyHeadHasTheBitsOfTheReference() {
        Set<Numbers> numbers = EnumSet.noneOf(Numbers.class);
        int sparse = 0;
        int tails = 0;
        int severalSpans = 0;
        int grouped = 0;
        for (long seed = FIRST; seed < FIRST + CASES; seed++) {
            CsdCase c = CsdCase.of(seed, MOST);
            c.check(run(c, CsdJob.ALL), c.memory());
            numbers.add(c.attention().numbers());
            sparse += c.sparse() ? 1 : 0;
            tails += c.sparse() && c.job().indexedTokens() % c.job().tokens() != 0 ? 1 : 0;
            severalSpans += c.job().indexedTokens() > c.job().layout().spanTokens() ? 1 : 0;
            grouped += c.job().queryHeads() > 1 ? 1 : 0;
        }
        System.out.println(CASES + " heads from seed " + FIRST + ": " + sparse + " sparse, "
                + tails + " of them with pages by channel and a tail, " + severalSpans
                + " with several spans, " + grouped + " shared by query heads");
        assertEquals(EnumSet.allOf(Numbers.class), numbers);
        int least = CASES / 12;
        assertTrue(sparse > least && sparse < CASES - least && tails > least
                && severalSpans > least && grouped > least, "cases are one-sided");
    }

    @Test
    void stepsInThreeCallsGiveTheSame() {
        for (long seed = FIRST; seed < FIRST + 300; seed++) {
            CsdCase c = CsdCase.of(seed, new Most(128, 300, 4));
            CsdResult channels = run(c, CsdJob.CHOOSE_CHANNELS);
            CsdResult tokens = run(c, CsdJob.CHOOSE_TOKENS);
            CsdResult attended = run(c, CsdJob.ATTEND);
            c.check(new CsdResult(attended.status(), 0, channels.channels(), tokens.tokens(),
                    tokens.channelPages(), tokens.tailPages(), attended.keyPages(),
                    attended.valuePages()), c.memory());
        }
    }

    @Test
    void jobsOfOneCallDoNotDisturbEachOther() {
        var image = new CsdImage(512, FIRST);
        List<CsdCase> cases = new ArrayList<>();
        for (long seed = FIRST; cases.size() < 40; seed++) {
            CsdCase c = CsdCase.of(seed, new Most(100, 200, 8));
            if (c.job().layout().pageBytes() == 512) {
                CsdJob job = image.add(c.attention().queries(), c.attention().kv(),
                        c.attention().sparf(), c.job().layout(), c.job().indexedTokens());
                cases.add(new CsdCase(seed, c.attention(), job, c.memory(), c.expected()));
            }
        }
        CsdMemory memory = image.memory();
        List<CsdResult> results = kernel.run(CsdKernel.encode(image.jobs()), memory);
        for (int i = 0; i < cases.size(); i++) {
            cases.get(i).check(results.get(i), memory);
        }
    }

    /** As long a cache as the kernel takes, in pages of 16 tokens of 128 entries. */
    @Test
    void longestCache() {
        var random = new SplittableRandom(FIRST);
        int tokens = 32768;
        var kv = new KvHead(128, ordinary(random, 128 * tokens), ordinary(random, 128 * tokens));
        short[] queries = ordinary(random, 2 * 128);
        for (Sparf sparf : List.of(new Sparf(16, 1024, 64), Sparf.dense(128))) {
            var image = new CsdImage(4096, FIRST);
            CsdJob job = image.add(queries, kv, sparf, KvPages.of(4096, 128, 2), tokens - 1024);
            var attention = new RandomAttention(queries, kv, sparf, Numbers.ORDINARY);
            var c = new CsdCase(FIRST, attention, job, image.memory(), attention.attend());
            c.check(run(c, CsdJob.ALL), c.memory());
        }
    }

    private static short[] ordinary(SplittableRandom random, int count) {
        short[] out = new short[count];
        for (int i = 0; i < count; i++) {
            out[i] = Float.floatToFloat16((float) random.nextDouble(-2, 2));
        }
        return out;
    }

    @Test
    void halvesAreWidenedExactly() {
        short[] finite = new short[2 * 0x7c00];
        for (int i = 0; i < finite.length; i++) {
            finite[i] = (short) (i < 0x7c00 ? i : i - 0x7c00 | 0x8000);
        }
        float[] found = kernel.widen(finite);
        for (int i = 0; i < finite.length; i++) {
            assertEquals(Float.floatToRawIntBits(Half.toFloat(finite[i])),
                    Float.floatToRawIntBits(found[i]), "0x%04x".formatted(finite[i]));
        }
    }

    /** Every binary16, the middle between it and the next one, their neighbours, and any bits. */
    @Test
    void resultsAreNarrowedAsByTheReference() {
        var random = new SplittableRandom(FIRST);
        float[] values = new float[8 * 0x7c00];
        for (int i = 0; i < values.length; i++) {
            float half = Half.toFloat((short) (i / 8));
            float middle = half + Math.scalb(1f, Math.max(-24, Math.getExponent(half) - 10) - 1);
            values[i] = switch (i % 8) {
                case 0 -> half;
                case 1 -> -half;
                case 2 -> middle;
                case 3 -> -middle;
                case 4 -> Math.nextUp(middle);
                case 5 -> Math.nextDown(middle);
                case 6 -> Math.nextUp(half);
                default -> finite(random);
            };
        }
        short[] found = kernel.narrow(values);
        for (int i = 0; i < values.length; i++) {
            assertEquals(Half.ofResult(values[i]), found[i], Float.toHexString(values[i]));
        }
    }

    private static float finite(SplittableRandom random) {
        float any = Float.intBitsToFloat(random.nextInt());
        return Float.isFinite(any) ? any : 0f;
    }

    private static CsdResult run(CsdCase c, int steps) {
        return kernel.run(CsdKernel.encode(List.of(c.job().withSteps(steps))), c.memory())
                .getFirst();
    }
}
