package dev.skein.ffi;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts native objects where they are created and released, next to the native calls, so that it
 * also sees an object that was created and then lost on the way to its owner.
 *
 * @param <K> the kinds of objects of a library
 */
public final class AllocationLedger<K extends Enum<K>> {
    private final Class<K> kinds;
    private final AtomicLongArray created;
    private final AtomicLongArray released;

    /** Of nothing yet. */
    public AllocationLedger(Class<K> kinds) {
        this.kinds = kinds;
        int count = kinds.getEnumConstants().length;
        created = new AtomicLongArray(count);
        released = new AtomicLongArray(count);
    }

    /** Counts one that was created. */
    public void created(K kind) {
        created.incrementAndGet(kind.ordinal());
    }

    /** Counts one that was released. */
    public void released(K kind) {
        released.incrementAndGet(kind.ordinal());
    }

    /** How many objects of a kind were created, released or not. */
    public long createdCount(K kind) {
        return created.get(kind.ordinal());
    }

    /** How many objects of a kind are alive. */
    public long liveCount(K kind) {
        return created.get(kind.ordinal()) - released.get(kind.ordinal());
    }

    /** The kinds of which objects are alive, and how many; empty when nothing leaks. */
    public Map<K, Long> live() {
        Map<K, Long> live = new EnumMap<>(kinds);
        for (K kind : kinds.getEnumConstants()) {
            if (liveCount(kind) != 0) {
                live.put(kind, liveCount(kind));
            }
        }
        return live;
    }

    @Override
    public String toString() {
        return "live " + live();
    }
}
