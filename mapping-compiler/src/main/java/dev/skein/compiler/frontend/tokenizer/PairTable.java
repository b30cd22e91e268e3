package dev.skein.compiler.frontend.tokenizer;

import java.util.Arrays;

/**
 * Which two neighbouring symbols merge, at which rank and into what: a hash table with open
 * addressing, because vocabularies have up to half a million merges.
 */
final class PairTable {

    /** Returned for a pair that does not merge; as a rank it sorts behind all others. */
    static final long NONE = Long.MAX_VALUE;

    private static final long FREE = -1;

    private long[] keys;
    private long[] values;
    private int size;

    PairTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected)) << 2;
        keys = new long[capacity];
        values = new long[capacity];
        Arrays.fill(keys, FREE);
    }

    /** Adds or replaces a pair; all numbers are at least 0. */
    void put(int left, int right, int rank, int merged) {
        if (2 * (size + 1) > keys.length) {
            grow();
        }
        insert((long) left << 32 | right, (long) rank << 32 | merged);
    }

    /** {@code rank << 32 | merged}, or {@link #NONE}. */
    long get(int left, int right) {
        long key = (long) left << 32 | right;
        int slot = slot(key);
        while (keys[slot] != FREE) {
            if (keys[slot] == key) {
                return values[slot];
            }
            slot = (slot + 1) & (keys.length - 1);
        }
        return NONE;
    }

    private void insert(long key, long value) {
        int slot = slot(key);
        while (keys[slot] != FREE && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        size += keys[slot] == FREE ? 1 : 0;
        keys[slot] = key;
        values[slot] = value;
    }

    private int slot(long key) {
        long hash = key * 0x9E3779B97F4A7C15L;
        return (int) (hash >>> 32) & (keys.length - 1);
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[Math.multiplyExact(oldKeys.length, 2)];
        values = new long[keys.length];
        Arrays.fill(keys, FREE);
        size = 0;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != FREE) {
                insert(oldKeys[i], oldValues[i]);
            }
        }
    }
}
