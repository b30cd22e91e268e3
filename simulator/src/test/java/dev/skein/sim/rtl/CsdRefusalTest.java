package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the attention kernel refuses, and that it writes nothing but the reason then. */
class CsdRefusalTest {
    private static final int D = 32;
    private static final int TOKENS = 40;
    private static final short INFINITY = 0x7c00;

    private static CsdKernel kernel;

    private CsdJob job;
    private CsdMemory memory;

    @BeforeAll
    static void build() throws Exception {
        kernel = CsdCase.kernel();
    }

    /** Pages of 16 tokens, and of 2 channels and 16 tokens by channel: two spans and a tail. */
    @BeforeEach
    void head() {
        short[] keys = new short[TOKENS * D];
        short[] values = new short[TOKENS * D];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = Float.floatToFloat16((i * 37 % 101 - 50) / 25f);
            values[i] = Float.floatToFloat16((i * 53 % 97 - 48) / 24f);
        }
        short[] queries = new short[2 * D];
        for (int i = 0; i < queries.length; i++) {
            queries[i] = Float.floatToFloat16((i * 29 % 61 - 30) / 15f);
        }
        var image = new CsdImage(1024, 1);
        job = image.add(queries, new KvHead(D, keys, values), new Sparf(4, 10, 2),
                new KvPages(1024, D, 16, 2, 16), 32);
        memory = image.memory();
    }

    /** Words as {@code csd/descriptor.h} numbers them; a value of -1 is 2^32 - 1. */
    @ParameterizedTest
    @CsvSource({
        "0, 2, VERSION", "0, 0, VERSION", "20, 1, UNUSED", "31, -1, UNUSED", "1, 0, STEPS",
        "1, 8, STEPS", "2, 0, HEAD_DIM", "2, 257, HEAD_DIM", "3, 0, QUERY_HEADS",
        "3, 9, QUERY_HEADS", "4, 0, TOKENS", "4, 32769, TOKENS", "5, 0, CHANNELS",
        "5, 33, CHANNELS", "6, 1, CHOSEN", "7, 0, CHOSEN", "7, 11, CHOSEN", "8, 0, PAGE",
        "8, 4097, PAGE", "9, 0, GROUP", "9, 17, GROUP", "9, -1, GROUP", "10, 0, SPAN",
        "10, 33, SPAN", "10, -1, SPAN", "11, 0, SPAN", "11, 257, SPAN", "12, 31, SPAN",
        "12, 48, SPAN", "12, -1, SPAN", "13, -1, TABLE", "14, 1000, TABLE", "15, 4096, TABLE",
        "16, -1, VECTOR", "17, -1, VECTOR", "18, -1, VECTOR", "19, -1, VECTOR", "19, 20, VECTOR"
    })
    void descriptors(int word, int value, CsdStatus status) {
        byte[] descriptor = CsdKernel.encode(List.of(job));
        little(descriptor).putInt(word * Integer.BYTES, value);
        refuses(status, descriptor);
    }

    @Test
    void pageNumbersThatAreNone() {
        for (int table : new int[] {job.places().keyTable(), job.places().valueTable()}) {
            head();
            // The last group holds the current token, which is always chosen.
            little(memory.tables()).putInt((table + 2) * Integer.BYTES, 1000);
            assertEquals(1000, refuses(CsdStatus.PAGE_NUMBER, CsdKernel.encode(List.of(job)))
                    .detail());
        }
        head();
        int columns = job.places().channelTable();
        for (int i = 0; i < 2 * D / 2; i++) {
            little(memory.tables()).putInt((columns + i) * Integer.BYTES, -1);
        }
        assertEquals(-1, refuses(CsdStatus.PAGE_NUMBER, CsdKernel.encode(List.of(job))).detail());
    }

    @Test
    void infiniteNumbersThatAreUsed() {
        int beat = KvPages.BEAT_BYTES;
        little(memory.vectors()).putShort(job.places().queries() * beat, INFINITY);
        refuses(CsdStatus.NOT_FINITE, CsdKernel.encode(List.of(job)));
        for (int table : new int[] {job.places().keyTable(), job.places().valueTable()}) {
            head();
            putLast(table, INFINITY);
            refuses(CsdStatus.NOT_FINITE, CsdKernel.encode(List.of(job)));
        }
    }

    /** Whoever appends refuses them; the kernel sees only what is chosen. */
    @Test
    void infiniteNumbersThatAreNotUsed() {
        kernel.run(CsdKernel.encode(List.of(job)), memory);
        short[] outputs = memory.outputs(job);
        List<Integer> chosen = Arrays.stream(memory.chosen(job).tokens()).boxed()
                .toList();
        int other = IntStream.range(0, 16).filter(t -> !chosen.contains(t))
                .findFirst().orElseThrow();
        put(job.places().valueTable(), other, INFINITY);
        CsdResult result = kernel.run(CsdKernel.encode(List.of(job)), memory).getFirst();
        assertEquals(CsdStatus.GOOD, result.status());
        assertArrayEquals(outputs, memory.outputs(job));
    }

    @Test
    void selectionsThatAreNone() {
        kernel.run(CsdKernel.encode(List.of(job)), memory);
        byte[] good = memory.vectors().clone();
        int at = job.places().selection() * KvPages.BEAT_BYTES;
        int channels = at + KvPages.BEAT_BYTES;
        int tokens = channels + KvPages.BEAT_BYTES;
        changedSelection(good, at, Float.floatToRawIntBits(1.5f), CsdJob.ATTEND);
        changedSelection(good, at + 4, Float.floatToRawIntBits(Float.NaN), CsdJob.ATTEND);
        changedSelection(good, at + 4, Float.floatToRawIntBits(-0.5f), CsdJob.ATTEND);
        changedSelection(good, channels + 12, D, CsdJob.CHOOSE_TOKENS);
        changedSelection(good, channels + 4, 0, CsdJob.CHOOSE_TOKENS);
        changedSelection(good, tokens + 36, TOKENS, CsdJob.ATTEND);
        changedSelection(good, tokens + 36, -1, CsdJob.ATTEND);
        changedSelection(good, tokens + 4, little(good).getInt(tokens), CsdJob.ATTEND);
    }

    private void changedSelection(byte[] good, int at, int value, int steps) {
        System.arraycopy(good, 0, memory.vectors(), 0, good.length);
        little(memory.vectors()).putInt(at, value);
        refuses(CsdStatus.SELECTION, CsdKernel.encode(List.of(job.withSteps(steps))));
    }

    private CsdResult refuses(CsdStatus status, byte[] descriptor) {
        byte[] before = memory.vectors().clone();
        CsdResult result = kernel.run(descriptor, memory).getFirst();
        assertEquals(status, result.status());
        assertArrayEquals(before, memory.vectors(), "vectors were written");
        return result;
    }

    private void putLast(int table, short value) {
        put(table, TOKENS - 1, value);
    }

    private void put(int table, int token, short value) {
        int page = little(memory.tables()).getInt((table + token / 16) * Integer.BYTES);
        little(memory.pages()).putShort(page * 1024 + token % 16 * D * Half.BYTES, value);
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
