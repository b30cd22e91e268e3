package dev.skein.ffi.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a launch, in order. */
public final class Arguments {
    private final Arena arena;
    private final Context context;
    private final List<MemorySegment> values = new ArrayList<>();

    Arguments(Arena arena, Context context) {
        this.arena = arena;
        this.context = context;
    }

    /** A pointer to a buffer. */
    public Arguments buffer(Buffer buffer) {
        buffer.check(context);
        values.add(arena.allocateFrom(JAVA_LONG, buffer.address()));
        return this;
    }

    /** A 32-bit integer. */
    public Arguments number(int value) {
        values.add(arena.allocateFrom(JAVA_INT, value));
        return this;
    }

    /** A binary32 number. */
    public Arguments number(float value) {
        values.add(arena.allocateFrom(JAVA_FLOAT, value));
        return this;
    }

    /** An array of pointers to the values. */
    MemorySegment pointers() {
        MemorySegment out = arena.allocate(ADDRESS, Math.max(1, values.size()));
        for (int i = 0; i < values.size(); i++) {
            out.setAtIndex(ADDRESS, i, values.get(i));
        }
        return out;
    }
}
