package dev.skein.ffi.cuda;

import java.util.ArrayList;
import java.util.List;

/** Something native that a context owns, confined to its thread; closing twice does nothing. */
abstract sealed class Owned implements AutoCloseable permits Buffer, Module, Stream, Event,
        Graph {
    private final Context context;
    private boolean closed;

    Owned(Context context) {
        this.context = context;
    }

    final Context context() {
        return context;
    }

    /**
     * Refuses what is closed and who is in another thread, and makes the context current.
     *
     * @throws IllegalStateException if this or its context is closed
     * @throws WrongThreadException if another thread made it
     */
    final void check() {
        context.enter();
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    /**
     * As {@link #check}, for something that is used together with another.
     *
     * @throws IllegalArgumentException if it is of another context
     */
    final void check(Context user) {
        check();
        if (context != user) {
            throw new IllegalArgumentException(this + " belongs to another context");
        }
    }

    /** Whether this was closed, by itself or with its context. */
    public final boolean isClosed() {
        return closed;
    }

    @Override
    public final void close() {
        if (!closed) {
            context.confine();
            closed = true;
            context.forget(this);
            all(List.of(context::enter, this::release));
        }
    }

    /** Gives the native object back. */
    abstract void release();

    /** Runs all steps, and then throws the first failure. */
    static void all(List<Runnable> steps) {
        var failures = new ArrayList<RuntimeException>();
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }
}
