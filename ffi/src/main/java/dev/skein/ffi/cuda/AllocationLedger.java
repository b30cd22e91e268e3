package dev.skein.ffi.cuda;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts native objects where they are created and released, next to the native calls, so that it
 * also sees an object that was created and then lost on the way to its owner.
 */
public final class AllocationLedger {

    private static final ObjectKind[] KINDS = ObjectKind.values();

    private final AtomicLongArray created = new AtomicLongArray(KINDS.length);
    private final AtomicLongArray released = new AtomicLongArray(KINDS.length);

    AllocationLedger() {}

    void created(ObjectKind kind) {
        created.incrementAndGet(kind.ordinal());
    }

    void released(ObjectKind kind) {
        released.incrementAndGet(kind.ordinal());
    }

    /** How many objects of a kind were created, released or not. */
    public long createdCount(ObjectKind kind) {
        return created.get(kind.ordinal());
    }

    /** How many objects of a kind are alive. */
    public long liveCount(ObjectKind kind) {
        return created.get(kind.ordinal()) - released.get(kind.ordinal());
    }

    /** The kinds of which objects are alive, and how many; empty when nothing leaks. */
    public Map<ObjectKind, Long> live() {
        Map<ObjectKind, Long> live = new EnumMap<>(ObjectKind.class);
        for (ObjectKind kind : KINDS) {
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
