package dev.skein.ffi.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Work in order. Launches return at once; what fails while it runs shows in {@link #finish}. */
public final class Stream extends Owned {
    private final Driver driver;
    private final MemorySegment handle;

    Stream(Context context, Driver driver, MemorySegment handle) {
        super(context);
        this.driver = driver;
        this.handle = handle;
    }

    /** Launches a kernel. */
    public void launch(Kernel kernel, Grid grid, Consumer<Arguments> arguments) {
        check();
        try (Arena arena = Arena.ofConfined()) {
            var list = new Arguments(arena, context());
            arguments.accept(list);
            driver.launch(handle, kernel.function(context()), grid, list.pointers());
        }
    }

    /** Marks this place. */
    public void record(Event event) {
        check();
        driver.record(event.handle(context()), handle);
    }

    /** Waits until all is done. */
    public void finish() {
        check();
        driver.finish(handle);
    }

    @Override
    void release() {
        driver.release(ObjectKind.STREAM, handle);
    }

    @Override
    public String toString() {
        return "stream";
    }
}
