package dev.skein.ffi.cuda;

import java.lang.foreign.MemorySegment;

/** Launches that were captured from a stream, arguments and all, and run by one call. */
public final class Graph extends Owned {
    private final Driver driver;
    private final MemorySegment handle;

    Graph(Context context, Driver driver, MemorySegment handle) {
        super(context);
        this.driver = driver;
        this.handle = handle;
    }

    MemorySegment handle(Context user) {
        check(user);
        return handle;
    }

    @Override
    void release() {
        driver.release(ObjectKind.GRAPH, handle);
    }

    @Override
    public String toString() {
        return "graph";
    }
}
