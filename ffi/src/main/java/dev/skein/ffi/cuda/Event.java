package dev.skein.ffi.cuda;

import java.lang.foreign.MemorySegment;

/** A mark in a stream, with the time at which the device reached it. */
public final class Event extends Owned {
    private final Driver driver;
    private final MemorySegment handle;

    Event(Context context, Driver driver, MemorySegment handle) {
        super(context);
        this.driver = driver;
        this.handle = handle;
    }

    MemorySegment handle(Context user) {
        check(user);
        return handle;
    }

    /** Waits until the device has reached it. */
    public void waitFor() {
        check();
        driver.waitFor(handle);
    }

    /** From an earlier mark to this one, milliseconds; both have been reached. */
    public float millisSince(Event earlier) {
        check();
        return driver.elapsedMillis(earlier.handle(context()), handle);
    }

    @Override
    void release() {
        driver.release(ObjectKind.EVENT, handle);
    }

    @Override
    public String toString() {
        return "event";
    }
}
