package dev.skein.ffi.opencl;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Something native with an owner. Closing it closes what it owns, newest first, and then itself,
 * once; when some of that fails, the rest is still closed and the first failure is thrown. It is
 * confined to the thread that made it, as a confined arena is, because OpenCL lets only one thread
 * at a time set the arguments of a kernel.
 */
abstract sealed class Owned implements AutoCloseable
        permits Context, CommandQueue, Program, Kernel, Buffer, Event, HostMemory {

    private final Owned owner;
    private final Thread thread = Thread.currentThread();
    private final SequencedSet<Owned> owned = new LinkedHashSet<>();
    private boolean closed;

    /** @param owner who closes this at the latest; null for a context */
    Owned(Owned owner) {
        this.owner = owner;
    }

    /** To be called when construction can no longer fail. */
    final <T extends Owned> T adopt(T child) {
        owned.add(child);
        return child;
    }

    /**
     * Refuses what is closed and who is in another thread.
     *
     * @throws IllegalStateException if this is closed
     * @throws WrongThreadException if another thread made this
     */
    final void check() {
        if (thread != Thread.currentThread()) {
            throw new WrongThreadException(this + " belongs to thread " + thread.getName());
        }
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    /**
     * Refuses what belongs to another context, which some drivers do not notice.
     *
     * @throws IllegalArgumentException if it does
     */
    final void checkSameContext(Owned other) {
        if (root() != other.root()) {
            throw new IllegalArgumentException(other + " belongs to another context than " + this);
        }
    }

    private Owned root() {
        return owner == null ? this : owner.root();
    }

    /** Whether this was closed, by itself or with its owner. */
    public final boolean isClosed() {
        return closed;
    }

    /** Closes what this owns and then this; closing again does nothing. */
    @Override
    public final void close() {
        if (closed) {
            return;
        }
        check();
        List<RuntimeException> failures = new ArrayList<>();
        attempt(this::beforeClose, failures);
        for (Owned child : List.copyOf(owned.reversed())) {
            attempt(child::close, failures);
        }
        closed = true;
        if (owner != null) {
            owner.owned.remove(this);
        }
        attempt(this::release, failures);
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /** What has to happen while everything is still open. */
    void beforeClose() {}

    /** Gives the native object back. */
    abstract void release();

    private static void attempt(Runnable step, List<RuntimeException> failures) {
        try {
            step.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
    }
}
