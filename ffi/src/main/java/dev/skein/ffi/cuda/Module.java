package dev.skein.ffi.cuda;

import java.lang.foreign.MemorySegment;

/** Code on a device. */
public final class Module extends Owned {
    private final Driver driver;
    private final MemorySegment handle;

    Module(Context context, Driver driver, MemorySegment handle) {
        super(context);
        this.driver = driver;
        this.handle = handle;
    }

    /** A kernel by its name, which C has to leave as it is ({@code extern "C"}). */
    public Kernel kernel(String name) {
        check();
        return new Kernel(this, driver.function(handle, name), name);
    }

    int maxThreads(MemorySegment function) {
        check();
        return driver.maxThreads(function);
    }

    @Override
    void release() {
        driver.release(ObjectKind.MODULE, handle);
    }

    @Override
    public String toString() {
        return "module";
    }
}
