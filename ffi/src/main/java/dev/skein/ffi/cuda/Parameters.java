package dev.skein.ffi.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The arguments of a kernel, by number, which stay until they are set again. */
public final class Parameters {
    /** As many as any kernel may have of 8 bytes: it may have 4 KiB. */
    private static final int MOST = 128;

    private final Context context;
    private final MemorySegment values;
    private final MemorySegment pointers;

    Parameters(Context context) {
        this.context = context;
        // as long as anything refers to it: it belongs to no native object
        Arena arena = Arena.ofAuto();
        values = arena.allocate(JAVA_LONG, MOST);
        pointers = arena.allocate(ADDRESS, MOST);
        for (int i = 0; i < MOST; i++) {
            pointers.setAtIndex(ADDRESS, i, values.asSlice((long) Long.BYTES * i));
        }
    }

    /** A pointer to a buffer. */
    public void set(int index, Buffer buffer) {
        buffer.check(context);
        values.setAtIndex(JAVA_LONG, index, buffer.address());
    }

    /** A 32-bit integer. */
    public void set(int index, int value) {
        values.set(JAVA_INT, (long) Long.BYTES * index, value);
    }

    /** A 64-bit integer. */
    public void set(int index, long value) {
        values.setAtIndex(JAVA_LONG, index, value);
    }

    /** A binary32 number. */
    public void set(int index, float value) {
        values.set(JAVA_FLOAT, (long) Long.BYTES * index, value);
    }

    /** An array of pointers to the values. */
    MemorySegment pointers(Context user) {
        if (context != user) {
            throw new IllegalArgumentException("parameters belong to another context");
        }
        return pointers;
    }
}
