package dev.skein.sim.csd;

import dev.skein.hls.number.Half;
import dev.skein.hls.number.KvPages;
import dev.skein.hls.number.KvSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;

/**
 * Keys and values of a head, read from flash as attention asks for them: whole pages that hold
 * nothing chosen are not touched (filters 1 and 3), of the others only chosen columns and rows are
 * kept (filters 2 and 4). One page at a time is in memory.
 */
final class PagedHead implements KvSource {
    private final PageReader reader;
    private final HeadPages head;
    private final KvPages pages;
    private final int tokens;
    private final byte[] bytes;
    private final short[] page;
    private Touched touched = Touched.NONE;

    /** Reads a page of a head and knows what has to be on it. */
    interface PageReader {
        void group(boolean values, int group, byte[] into);

        void entries(int span, int part, byte[] into);
    }

    PagedHead(PageReader reader, HeadPages head, KvPages pages, int tokens) {
        this.reader = reader;
        this.head = head;
        this.pages = pages;
        this.tokens = tokens;
        this.bytes = new byte[pages.pageBytes()];
        this.page = new short[pages.pageBytes() / Half.BYTES];
        this.touched = new Touched(0, (long) tokens / pages.spanTokens() * pages.pagesOfSpan(), 0,
                0, 0, 0, tokens / pages.groupTokens(), 0, 0);
    }

    Touched touched() {
        return touched;
    }

    @Override
    public int headDim() {
        return pages.headDim();
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public short[][] keyColumns(int[] channels) {
        short[][] columns = new short[channels.length][tokens];
        int spans = tokens / pages.spanTokens();
        long read = 0;
        for (int span = 0; span < spans; span++) {
            int part = -1;
            for (int n = 0; n < channels.length; n++) {
                if (channels[n] / pages.pageChannels() != part) {
                    part = channels[n] / pages.pageChannels();
                    reader.entries(span, part, bytes);
                    unpack(bytes);
                    read++;
                }
                System.arraycopy(page, pages.offsetByChannel(0, channels[n]) / Half.BYTES,
                        columns[n], span * pages.spanTokens(), pages.spanTokens());
            }
        }
        int indexed = pages.indexedTokens(tokens);
        int[] tail = new int[tokens - indexed];
        Arrays.setAll(tail, t -> indexed + t);
        long tailPages = rows(false, tail, (n, row, offset) -> {
            for (int c = 0; c < channels.length; c++) {
                columns[c][indexed + n] = row[offset + channels[c]];
            }
        });
        touched = touched.plus(new Touched(read, 0, (long) spans * channels.length, tailPages, 0,
                0, 0, 0, 0));
        return columns;
    }

    @Override
    public void keyRows(int[] chosen, Rows to) {
        long read = rows(false, chosen, to);
        int open = tokens / pages.groupTokens() * pages.groupTokens();
        long buffered = Arrays.stream(chosen).filter(t -> t >= open).count();
        touched = touched.plus(new Touched(0, 0, 0, 0, read, 0, 0, chosen.length, buffered));
    }

    @Override
    public void valueRows(int[] chosen, Rows to) {
        long read = rows(true, chosen, to);
        touched = touched.plus(new Touched(0, 0, 0, 0, 0, read, 0, 0, 0));
    }

    /** Hands rows over; how many pages of flash that took. */
    private long rows(boolean values, int[] chosen, Rows to) {
        int group = -1;
        long read = 0;
        for (int n = 0; n < chosen.length; n++) {
            if (chosen[n] / pages.groupTokens() != group) {
                group = chosen[n] / pages.groupTokens();
                if (group == tokens / pages.groupTokens()) {
                    unpack(values ? head.openValues : head.openKeys);
                } else {
                    reader.group(values, group, bytes);
                    unpack(bytes);
                    read++;
                }
            }
            to.row(n, page, pages.offsetByToken(chosen[n], 0) / Half.BYTES);
        }
        return read;
    }

    private void unpack(byte[] from) {
        shorts(from).get(page);
    }

    /** The binary16 numbers of a page. */
    static ShortBuffer shorts(byte[] page) {
        return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    }

    @Override
    public long[] valueSums() {
        if (head.valueSums == null) {
            // After a recovery, once: the sums are not in flash, the values are.
            long[] sums = new long[headDim()];
            int[] all = new int[tokens];
            Arrays.setAll(all, t -> t);
            rows(true, all, (n, row, offset) -> {
                for (int c = 0; c < sums.length; c++) {
                    sums[c] += Half.toSteps(row[offset + c]);
                }
            });
            head.valueSums = sums;
        }
        return head.valueSums;
    }
}
