package dev.skein.compiler.frontend.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair merging of one word: always the pair of lowest rank, of equals the leftmost. A heap
 * of candidate pairs over a linked list of symbols makes it O(n log n), so that a word of a
 * million letters does not hang. Reused between words to save allocations; not thread-safe.
 */
final class Merger {

    private static final int MERGED_AWAY = -1;

    private final PairTable table;
    private int[] symbols = new int[64];
    private int[] next = new int[64];
    private int[] previous = new int[64];
    private long[] heap = new long[64];
    private int heapSize;
    private int count;

    Merger(PairTable table) {
        this.table = table;
    }

    /** Makes room for a word of this many symbols; fill it with {@link #set}. */
    void start(int symbolCount) {
        count = symbolCount;
        if (symbols.length < symbolCount) {
            symbols = new int[symbolCount];
            next = new int[symbolCount];
            previous = new int[symbolCount];
        }
    }

    /** Sets a symbol of the word; negative symbols never merge. */
    void set(int index, int symbol) {
        symbols[index] = symbol < 0 ? Integer.MAX_VALUE : symbol;
    }

    /** Merges until no pair is left. */
    void run() {
        heapSize = 0;
        for (int i = 0; i < count; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
        }
        for (int i = 0; i + 1 < count; i++) {
            push(i);
        }
        while (heapSize > 0) {
            long candidate = pop();
            int left = (int) candidate;
            long found = symbols[left] == MERGED_AWAY ? PairTable.NONE : pairAt(left);
            if (found != PairTable.NONE && found >>> 32 == candidate >>> 32) {
                merge(left, (int) found);
            }
        }
    }

    /** Whether a symbol begins at this index of the word after merging. */
    boolean starts(int index) {
        return symbols[index] != MERGED_AWAY;
    }

    /** The symbol that begins at an index. */
    int symbol(int index) {
        return symbols[index];
    }

    private void merge(int left, int merged) {
        int right = next[left];
        symbols[left] = merged;
        symbols[right] = MERGED_AWAY;
        next[left] = next[right];
        if (next[right] < count) {
            previous[next[right]] = left;
        }
        push(left);
        if (previous[left] >= 0) {
            push(previous[left]);
        }
    }

    private long pairAt(int left) {
        int right = next[left];
        return right < count ? table.get(symbols[left], symbols[right]) : PairTable.NONE;
    }

    private void push(int left) {
        long pair = pairAt(left);
        if (pair == PairTable.NONE) {
            return;
        }
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, Math.multiplyExact(heap.length, 2));
        }
        long key = pair & 0xFFFFFFFF00000000L | left;
        int child = heapSize++;
        while (child > 0 && heap[(child - 1) >>> 1] > key) {
            heap[child] = heap[(child - 1) >>> 1];
            child = (child - 1) >>> 1;
        }
        heap[child] = key;
    }

    private long pop() {
        long top = heap[0];
        long key = heap[--heapSize];
        int parent = 0;
        while (2 * parent + 1 < heapSize) {
            int child = 2 * parent + 1;
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (key <= heap[child]) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = key;
        return top;
    }
}
