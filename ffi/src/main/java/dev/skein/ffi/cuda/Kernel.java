package dev.skein.ffi.cuda;

import java.lang.foreign.MemorySegment;

/** A function of a {@link Module}, alive as long as that. */
public final class Kernel {
    private final Module module;
    private final MemorySegment function;
    private final String name;

    Kernel(Module module, MemorySegment function, String name) {
        this.module = module;
        this.function = function;
        this.name = name;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Threads of the largest block in which it runs. */
    public int maxThreads() {
        return module.maxThreads(function);
    }

    MemorySegment function(Context user) {
        module.check(user);
        return function;
    }
}
