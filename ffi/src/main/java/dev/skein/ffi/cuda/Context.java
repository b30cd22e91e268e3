package dev.skein.ffi.cuda;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** A use of a device's primary context, and all that was made on it. */
public final class Context implements AutoCloseable {
    private final Driver driver;
    private final Device device;
    private final MemorySegment handle;
    private final Thread thread = Thread.currentThread();
    private final SequencedSet<Owned> owned = new LinkedHashSet<>();
    private boolean closed;

    Context(Driver driver, Device device) {
        this.driver = driver;
        this.device = device;
        this.handle = driver.retainContext(device.handle());
    }

    /** Whose it is. */
    public Device device() {
        return device;
    }

    /** Memory of so many bytes, at least one; its content is undefined. */
    public Buffer createBuffer(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("buffer of " + bytes + " bytes: 1 or more");
        }
        enter();
        return adopt(new Buffer(this, driver, driver.allocate(bytes), bytes));
    }

    /** An order of work. */
    public Stream createStream() {
        enter();
        return adopt(new Stream(this, driver, driver.createStream()));
    }

    /** A mark to be put into a stream. */
    public Event createEvent() {
        enter();
        return adopt(new Event(this, driver, driver.createEvent()));
    }

    /** Arguments for a kernel, none of them set. */
    public Parameters createParameters() {
        confine();
        return new Parameters(this);
    }

    /** The code of a text of PTX, which the driver compiles for the device. */
    public Module load(String ptx) {
        enter();
        return adopt(new Module(this, driver,
                driver.loadModule(ptx.getBytes(StandardCharsets.US_ASCII))));
    }

    /** What was captured from a stream of this. */
    Graph graph(MemorySegment captured) {
        return adopt(new Graph(this, driver, captured));
    }

    private <T extends Owned> T adopt(T child) {
        owned.add(child);
        return child;
    }

    void forget(Owned child) {
        owned.remove(child);
    }

    /** Makes this context the thread's. */
    void enter() {
        confine();
        driver.setCurrent(handle);
    }

    /** Refuses other threads, and what comes after the end. */
    void confine() {
        if (thread != Thread.currentThread()) {
            throw new WrongThreadException("context belongs to thread " + thread.getName());
        }
        if (closed) {
            throw new IllegalStateException("context is closed");
        }
    }

    /** Finishes the streams, closes what this owns, newest first, and gives the context back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        confine();
        var steps = new ArrayList<Runnable>();
        for (Owned child : owned) {
            if (child instanceof Stream stream) {
                steps.add(stream::finish);
            }
        }
        List.copyOf(owned.reversed()).forEach(child -> steps.add(child::close));
        steps.add(() -> closed = true);
        steps.add(() -> driver.setCurrent(MemorySegment.NULL));
        steps.add(() -> driver.releaseContext(device.handle()));
        Owned.all(steps);
    }
}
