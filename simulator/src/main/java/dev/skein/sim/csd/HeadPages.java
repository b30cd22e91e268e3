package dev.skein.sim.csd;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Tables and buffers in the drive's DRAM of one head of keys and values: two tables from logical to
 * physical pages (token-indexed K and V, channel-indexed K), the open token group, sums of values.
 */
final class HeadPages {
    /** No page. */
    static final int NONE = -1;

    private static final int FIRST_ENTRIES = 4;

    private int[] keyPages = new int[0];
    private int[] valuePages = new int[0];
    private int[] entryPages = new int[0];

    /** The open group of keys, a page; null while it is empty or only in flash. */
    byte[] openKeys;
    /** The open group of values. */
    byte[] openValues;
    /** Tokens of the open group that are in flash, too. */
    int flushed;
    /**
     * Sum of each entry of the values in steps of 2^-24; null before the first token, and after a
     * recovery until it is needed.
     */
    long[] valueSums;

    int page(boolean values, int group) {
        int[] pages = values ? valuePages : keyPages;
        return group < pages.length ? pages[group] : NONE;
    }

    void setPage(boolean values, int group, int page) {
        if (values) {
            valuePages = with(valuePages, group, page);
        } else {
            keyPages = with(keyPages, group, page);
        }
    }

    int entryPage(int place) {
        return place < entryPages.length ? entryPages[place] : NONE;
    }

    void setEntryPage(int place, int page) {
        entryPages = with(entryPages, place, page);
    }

    private static int[] with(int[] pages, int place, int page) {
        int[] out = pages;
        if (place >= out.length) {
            out = Arrays.copyOf(pages, Math.max(place + 1,
                    Math.max(FIRST_ENTRIES, pages.length + pages.length / 2)));
            Arrays.fill(out, pages.length, out.length, NONE);
        }
        out[place] = page;
        return out;
    }

    /** Calls with every page in the tables. */
    void forEachPage(IntConsumer to) {
        for (int[] pages : new int[][] {keyPages, valuePages, entryPages}) {
            for (int page : pages) {
                if (page != NONE) {
                    to.accept(page);
                }
            }
        }
    }

    /** Bytes of DRAM that the tables take. */
    long tableBytes() {
        return (long) Integer.BYTES * (keyPages.length + valuePages.length + entryPages.length);
    }

    /** Bytes of DRAM that buffers and sums take. */
    long bufferBytes() {
        return (openKeys == null ? 0 : openKeys.length + openValues.length)
                + (valueSums == null ? 0 : (long) Long.BYTES * valueSums.length);
    }
}
