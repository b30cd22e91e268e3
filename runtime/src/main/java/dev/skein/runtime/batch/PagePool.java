package dev.skein.runtime.batch;

/** The free pages of a KV cache. The page given back last is the next one taken. */
final class PagePool {
    private final int[] free;
    private int count;
    private int most;

    PagePool(int pages) {
        free = new int[pages];
        for (int i = 0; i < pages; i++) {
            free[i] = pages - 1 - i;
        }
        count = pages;
    }

    int free() {
        return count;
    }

    int pages() {
        return free.length;
    }

    /** Most pages that were in use at once. */
    int most() {
        return most;
    }

    /** One that is free. */
    int take() {
        int page = free[--count];
        most = Math.max(most, free.length - count);
        return page;
    }

    void give(int page) {
        free[count++] = page;
    }
}
