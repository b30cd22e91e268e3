package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.number.Chosen;
import dev.skein.hls.number.DriveAttention;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.sample.RandomAttention;
import dev.skein.hls.number.sample.RandomAttention.Most;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A random head in pages of a random geometry, and what the reference makes of it. */
record CsdCase(long seed, RandomAttention attention, CsdJob job, CsdMemory memory,
        DriveAttention.Attended expected) {

    static CsdCase of(long seed, Most most) {
        RandomAttention a = RandomAttention.of(seed, most);
        var random = new SplittableRandom(seed ^ 0x5eed);
        int d = a.kv().headDim();
        int halves = 32;
        while (halves < d || halves < 8192 && random.nextInt(4) != 0) {
            halves *= 2;
        }
        int pageChannels = 1 << random.nextInt(4);
        var full = KvPages.of(2 * halves, d, pageChannels);
        var layout = random.nextInt(3) != 0 ? full : new KvPages(2 * halves, d,
                1 + random.nextInt(full.groupTokens()), pageChannels,
                1 + random.nextInt(full.spanTokens()));
        int indexed = layout.indexedTokens(a.kv().tokens());
        if (random.nextInt(4) == 0) {
            indexed -= random.nextInt(indexed / layout.spanTokens() + 1) * layout.spanTokens();
        }
        var image = new CsdImage(2 * halves, seed);
        CsdJob job = image.add(a.queries(), a.kv(), a.sparf(), layout, indexed);
        return new CsdCase(seed, a, job, image.memory(), a.attend());
    }

    static CsdKernel kernel() throws IOException, InterruptedException {
        build("library");
        return CsdKernel.built().orElseThrow(IOException::new);
    }

    static void build(String what) throws IOException, InterruptedException {
        Kernels.needCompiler();
        Kernels.run(List.of(Kernels.root().resolve("hls/src/main/cpp/csd/build").toString(),
                what));
    }

    boolean sparse() {
        return !attention.sparf().isDense(job.tokens());
    }

    /** That outputs, lists and counts of pages are those of the reference. */
    void check(CsdResult found, CsdMemory after) {
        assertEquals(CsdStatus.GOOD, found.status(), this::toString);
        assertArrayEquals(expected.outputs(), after.outputs(job), this::toString);
        Chosen chosen = after.chosen(job);
        assertArrayEquals(expected.chosen().channels(), chosen.channels(), this::toString);
        assertArrayEquals(expected.chosen().tokens(), chosen.tokens(), this::toString);
        assertArrayEquals(bits(expected.chosen().alpha()), bits(chosen.alpha()), this::toString);
        assertEquals(expectedResult(), found, this::toString);
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length)
                .map(i -> Float.floatToRawIntBits(values[i])).toArray();
    }

    private CsdResult expectedResult() {
        KvPages layout = job.layout();
        Chosen chosen = expected.chosen();
        int groups = distinct(Arrays.stream(chosen.tokens()), layout.groupTokens());
        int columns = distinct(Arrays.stream(chosen.channels()), layout.pageChannels())
                * (job.indexedTokens() / layout.spanTokens());
        int tail = sparse() ? distinct(IntStream.range(job.indexedTokens(), job.tokens()),
                layout.groupTokens()) : 0;
        return new CsdResult(CsdStatus.GOOD, 0, chosen.channels().length, chosen.tokens().length,
                columns, tail, groups, groups);
    }

    private static int distinct(IntStream indices, int perPage) {
        return (int) indices.map(i -> i / perPage).distinct().count();
    }

    @Override
    public String toString() {
        return "seed " + seed + ": " + attention + ", " + job.layout() + ", "
                + job.indexedTokens() + " indexed";
    }
}
