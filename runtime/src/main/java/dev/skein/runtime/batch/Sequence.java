package dev.skein.runtime.batch;

import dev.skein.runtime.device.BatchLimits;
import java.util.Arrays;

/** A request on its way: its tokens so far, and where they are in the cache. */
final class Sequence {
    /** Not in the batch. */
    static final int WAITING = -1;

    private final int id;
    private final int promptLength;
    private int[] tokens;
    private int count;
    private int cached;
    private int slot = WAITING;
    private int[] pages = new int[4];
    private int pageCount;
    private int preemptions;

    Sequence(int id, int[] prompt) {
        this.id = id;
        tokens = prompt.clone();
        count = prompt.length;
        promptLength = prompt.length;
    }

    /** Requests are numbered as they come. */
    int id() {
        return id;
    }

    int promptLength() {
        return promptLength;
    }

    /** Tokens, prompt and generated ones. */
    int count() {
        return count;
    }

    /** How many of them are in the cache. */
    int cached() {
        return cached;
    }

    /** How many are not; 1 while it decodes, for the newest. */
    int missing() {
        return count - cached;
    }

    int slot() {
        return slot;
    }

    int preemptions() {
        return preemptions;
    }

    int[] generated() {
        return Arrays.copyOfRange(tokens, promptLength, count);
    }

    /** Those of its tokens that come next. */
    int[] next(int most) {
        return Arrays.copyOfRange(tokens, cached, cached + most);
    }

    int[] pages() {
        return Arrays.copyOf(pages, pageCount);
    }

    /** How many of its missing tokens its pages have room for. */
    int room() {
        return pageCount * BatchLimits.PAGE - cached;
    }

    void append(int token) {
        if (count == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * count);
        }
        tokens[count++] = token;
    }

    void advance(int computed) {
        cached += computed;
    }

    void enter(int newSlot) {
        slot = newSlot;
    }

    void addPage(int page) {
        if (pageCount == pages.length) {
            pages = Arrays.copyOf(pages, 2 * pageCount);
        }
        pages[pageCount++] = page;
    }

    /** Leaves the batch, with nothing in the cache. */
    void leave(PagePool pool) {
        while (pageCount > 0) {
            pool.give(pages[--pageCount]);
        }
        cached = 0;
        slot = WAITING;
    }

    void countPreemption() {
        preemptions++;
    }
}
