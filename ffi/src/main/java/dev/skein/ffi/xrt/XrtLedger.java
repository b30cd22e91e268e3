package dev.skein.ffi.xrt;

import java.util.concurrent.atomic.AtomicLong;

/** Counts cards, buffers, kernels and runs that are open, over all of this JVM. */
public final class XrtLedger {
    private static final AtomicLong LIVE = new AtomicLong();
    private static final AtomicLong BYTES = new AtomicLong();

    private XrtLedger() {}

    static void created(long bytes) {
        LIVE.incrementAndGet();
        BYTES.addAndGet(bytes);
    }

    static void released(long bytes) {
        LIVE.decrementAndGet();
        BYTES.addAndGet(-bytes);
    }

    /** How many objects are alive. */
    public static long liveCount() {
        return LIVE.get();
    }

    /** Bytes of the live buffers. */
    public static long liveBytes() {
        return BYTES.get();
    }
}
