package dev.skein.sim.rtl;

import dev.skein.hls.number.KvHead;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.Sparf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Lays heads out as the attention kernel finds them on a card: keys and values in pages in a random
 * order, as a log-structured drive leaves them, behind tables of page numbers. Whatever is not
 * used, in pages or behind rows, is filled with ones, which are NaN in binary16.
 */
public final class CsdImage {
    private static final byte FILLING = (byte) 0xff;

    private final int pageBytes;
    private final long seed;
    private final List<byte[]> pages = new ArrayList<>();
    private final List<Integer> tables = new ArrayList<>();
    private byte[] vectors = new byte[0];
    private final List<CsdJob> jobs = new ArrayList<>();

    /**
     * An empty card.
     *
     * @param pageBytes of all heads
     * @param seed of the order of pages
     */
    public CsdImage(int pageBytes, long seed) {
        this.pageBytes = pageBytes;
        this.seed = seed;
    }

    /**
     * Adds a head.
     *
     * @param queries {@code [queryHeads, headDim] binary16}
     * @param indexedTokens tokens in channel-indexed pages, whole spans
     * @return the job that does all steps
     */
    public CsdJob add(short[] queries, KvHead kv, Sparf sparf, KvPages layout,
            int indexedTokens) {
        if (layout.pageBytes() != pageBytes || layout.headDim() != kv.headDim()) {
            throw new IllegalArgumentException(layout + " for heads of " + kv.headDim()
                    + " in pages of " + pageBytes + " bytes; they have to agree");
        }
        int d = kv.headDim();
        int heads = queries.length / d;
        int keyTable = addRows(kv.keys(), layout);
        int valueTable = addRows(kv.values(), layout);
        int channelTable = addColumns(kv.keys(), layout, indexedTokens);
        int rowBeats = CsdMemory.halfBeats(d);
        int queriesAt = reserve(heads * rowBeats);
        for (int h = 0; h < heads; h++) {
            CsdMemory.view(vectors, queriesAt + h * rowBeats).asShortBuffer()
                    .put(queries, h * d, d);
        }
        int sumsAt = reserve(Math.ceilDiv(d * Long.BYTES, KvPages.BEAT_BYTES));
        CsdMemory.view(vectors, sumsAt).asLongBuffer().put(kv.valueSums());
        int outputsAt = reserve(heads * rowBeats);
        int selectionAt = reserve(1 + CsdMemory.wordBeats(sparf.channels())
                + CsdMemory.wordBeats(Math.min(sparf.tokens(), kv.tokens())));
        var job = new CsdJob(CsdJob.ALL, heads, kv.tokens(), indexedTokens, sparf, layout,
                new CsdJob.Places(keyTable, valueTable, channelTable, queriesAt, sumsAt,
                        outputsAt, selectionAt));
        jobs.add(job);
        return job;
    }

    /** The jobs, in order. */
    public List<CsdJob> jobs() {
        return List.copyOf(jobs);
    }

    /** The buffers, new ones with every call. */
    public CsdMemory memory() {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        byte[] pool = new byte[pages.size() * pageBytes];
        for (int i = 0; i < pages.size(); i++) {
            System.arraycopy(pages.get(i), 0, pool, order.get(i) * pageBytes, pageBytes);
        }
        byte[] words = filled(CsdMemory.wordBeats(tables.size()) * KvPages.BEAT_BYTES);
        for (int i = 0; i < tables.size(); i++) {
            little(words).putInt(i * Integer.BYTES, order.get(tables.get(i)));
        }
        return new CsdMemory(pool, words, vectors.clone());
    }

    private int addRows(short[] rows, KvPages layout) {
        int table = tables.size();
        int d = layout.headDim();
        for (int t = 0; t < rows.length / d; t++) {
            if (t % layout.groupTokens() == 0) {
                newPage();
            }
            ByteBuffer page = little(pages.getLast());
            for (int c = 0; c < d; c++) {
                page.putShort(layout.offsetByToken(t, c), rows[t * d + c]);
            }
        }
        return table;
    }

    private int addColumns(short[] keys, KvPages layout, int indexedTokens) {
        int table = tables.size();
        int d = layout.headDim();
        for (int span = 0; span < indexedTokens; span += layout.spanTokens()) {
            for (int c = 0; c < d; c++) {
                if (c % layout.pageChannels() == 0) {
                    newPage();
                }
                ByteBuffer page = little(pages.getLast());
                for (int t = span; t < span + layout.spanTokens(); t++) {
                    page.putShort(layout.offsetByChannel(t, c), keys[t * d + c]);
                }
            }
        }
        return table;
    }

    private void newPage() {
        tables.add(pages.size());
        pages.add(filled(pageBytes));
    }

    private int reserve(int beats) {
        int from = vectors.length;
        vectors = Arrays.copyOf(vectors, from + beats * KvPages.BEAT_BYTES);
        Arrays.fill(vectors, from, vectors.length, FILLING);
        return from / KvPages.BEAT_BYTES;
    }

    private static byte[] filled(int bytes) {
        byte[] out = new byte[bytes];
        Arrays.fill(out, FILLING);
        return out;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
