package dev.skein.ffi.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;

/** Commands for a device, which run in the order in which they were enqueued. */
public final class CommandQueue extends Owned {

    private final Context context;
    private final Driver driver;
    private final Handle handle;
    private final boolean profiling;
    private boolean drained;

    CommandQueue(Context owner, Driver driver, Handle handle, boolean profiling) {
        super(owner);
        this.context = owner;
        this.driver = driver;
        this.handle = handle;
        this.profiling = profiling;
    }

    /** Runs a kernel, some time. */
    public void launch(Kernel kernel, NdRange range) {
        check();
        checkSameContext(kernel);
        driver.launch(handle, kernel.ready(), range, false);
    }

    /** Runs a kernel and gives an event that knows when. */
    public Event launchWithEvent(Kernel kernel, NdRange range) {
        check();
        checkSameContext(kernel);
        return event(driver.launch(handle, kernel.ready(), range, true));
    }

    /** Writes a segment of any kind to a buffer, and waits until that is done. */
    public void write(MemorySegment from, Buffer to, long offset) {
        check();
        Driver.Part part = part(to, offset, from.byteSize());
        if (from.byteSize() == 0) {
            return;
        }
        if (from.isNative()) {
            driver.write(handle, part, from, true);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            driver.write(handle, part, arena.allocate(from.byteSize()).copyFrom(from), true);
        }
    }

    /** Reads from a buffer into a segment of any kind, and waits until that is done. */
    public void read(Buffer from, long offset, MemorySegment to) {
        check();
        Driver.Part part = part(from, offset, to.byteSize());
        if (to.isReadOnly()) {
            throw new IllegalArgumentException("the segment to read into is read-only");
        }
        if (to.byteSize() == 0) {
            return;
        }
        if (to.isNative()) {
            driver.read(handle, part, to, true);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(to.byteSize());
            driver.read(handle, part, copy, true);
            to.copyFrom(copy);
        }
    }

    /** Begins to write; the memory must not change until the event is done. */
    public Event startWrite(
            HostMemory from, long fromOffset, Buffer to, long toOffset, long bytes) {
        check();
        Driver.Part part = part(to, toOffset, atLeastOne(bytes));
        checkSameContext(from);
        return event(driver.write(handle, part, from.part(fromOffset, bytes, this), false));
    }

    /** Begins to read; the memory has the content when the event is done. */
    public Event startRead(
            Buffer from, long fromOffset, HostMemory to, long toOffset, long bytes) {
        check();
        Driver.Part part = part(from, fromOffset, atLeastOne(bytes));
        checkSameContext(to);
        return event(driver.read(handle, part, to.part(toOffset, bytes, this), false));
    }

    /** Copies from buffer to buffer on the device; parts of one buffer must not overlap. */
    public void copy(Buffer from, long fromOffset, Buffer to, long toOffset, long bytes) {
        check();
        driver.copy(handle, part(from, fromOffset, atLeastOne(bytes)),
                part(to, toOffset, bytes), bytes);
    }

    /** Sets every byte of a part of a buffer. */
    public void fill(Buffer buffer, long offset, long bytes, byte value) {
        check();
        driver.fill(handle, part(buffer, offset, atLeastOne(bytes)), value, bytes);
    }

    private Driver.Part part(Buffer buffer, long offset, long bytes) {
        checkSameContext(buffer);
        return buffer.part(offset, bytes);
    }

    /** OpenCL 1.2 has no empty commands. */
    private static long atLeastOne(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException(bytes + " bytes; at least 1");
        }
        return bytes;
    }

    /** Commands that follow wait for these events, which may be of other queues. */
    public void waitFor(Event... events) {
        check();
        Stream.of(events).forEach(this::checkSameContext);
        List<Handle> handles = Stream.of(events).map(Event::handle).toList();
        if (!handles.isEmpty()) {
            driver.barrier(handle, handles);
        }
    }

    /** Hands what was enqueued to the device. */
    public void flush() {
        check();
        driver.flush(handle);
    }

    /** Waits until everything that was enqueued is done. */
    public void finish() {
        check();
        driver.finish(handle);
    }

    private Event event(Handle event) {
        return adopt(new Event(this, driver, event, profiling));
    }

    @Override
    void beforeClose() {
        driver.finish(handle);
        drained = true;
    }

    /** Whether all commands had ended when this was closed. */
    boolean drained() {
        return drained;
    }

    @Override
    void release() {
        driver.release(ObjectKind.QUEUE, handle);
    }

    @Override
    public String toString() {
        return "queue on " + context.device().info().name();
    }
}
