package dev.skein.ffi.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/** Work in order. Launches return at once; what fails while it runs shows in {@link #finish}. */
public final class Stream extends Owned {
    /** Bytes of host memory that a driver takes over before the call returns (CUDA: 64 KiB). */
    private static final long TAKEN_OVER = 64 << 10;

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

    /** Launches a kernel with arguments that have been set. */
    public void launch(Kernel kernel, Grid grid, Parameters parameters) {
        check();
        driver.launch(handle, kernel.function(context()), grid, parameters.pointers(context()));
    }

    /**
     * Has launches done that do not run but become a graph. Their arguments are those of now;
     * nothing that waits for the device may be among them.
     */
    public Graph capture(Runnable launches) {
        check();
        driver.beginCapture(handle);
        try {
            launches.run();
        } catch (RuntimeException e) {
            driver.abandonCapture(handle);
            throw e;
        }
        return context().graph(driver.endCapture(handle));
    }

    /** Runs the launches of a graph. */
    public void launch(Graph graph) {
        check();
        driver.launchGraph(graph.handle(context()), handle);
    }

    /** Copies from the host, whose memory may change when this returns. */
    public void write(Buffer to, long offset, MemorySegment from) {
        check();
        to.check(context());
        long at = to.part(offset, from.byteSize());
        try (Arena arena = Arena.ofConfined()) {
            driver.write(at, arena.allocate(from.byteSize()).copyFrom(from), handle);
            // the memory ends here, and only a small copy is sure to have been taken over
            if (from.byteSize() > TAKEN_OVER) {
                driver.finish(handle);
            }
        }
    }

    /** Copies to the host and waits for it, and so for all that was launched before. */
    public void read(Buffer from, long offset, MemorySegment to) {
        check();
        from.check(context());
        long at = from.part(offset, to.byteSize());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(to.byteSize());
            driver.read(at, copy, handle);
            driver.finish(handle);
            to.copyFrom(copy);
        }
    }

    /** Sets every byte of a buffer. */
    public void fill(Buffer buffer, byte value) {
        check();
        buffer.check(context());
        driver.fill(buffer.part(0, buffer.byteSize()), value, buffer.byteSize(), handle);
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
