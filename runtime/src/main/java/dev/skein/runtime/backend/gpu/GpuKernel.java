package dev.skein.runtime.backend.gpu;

import java.util.function.Supplier;

/** A kernel of a {@link GpuDevice} and its arguments, which stay until they are set again. */
public interface GpuKernel {

    /** Its name in the source. */
    String name();

    /** Work items of the largest group in which it runs. */
    long maxGroupItems();

    /** Sets a pointer to memory of the same device. */
    void set(int index, GpuBuffer buffer);

    /** Sets an {@code int}. */
    void setInt(int index, int value);

    /** Sets a {@code ulong}. */
    void setLong(int index, long value);

    /** Sets a {@code float}. */
    void setFloat(int index, float value);

    /** Sets the size of a pointer to local memory. */
    void setLocal(int index, long bytes);

    /** Runs it with its present arguments, some time. */
    void launch(WorkRange range);

    /**
     * Runs it with its present arguments, some time, in order with others that are timed.
     *
     * @return waits until it is done; to be asked once
     */
    Supplier<LaunchTime> launchTimed(WorkRange range);

    /** Runs it after all launches so far and waits; its own time by the device's clock, ns. */
    default long time(WorkRange range) {
        LaunchTime time = launchTimed(range).get();
        return time.endNanos() - time.startNanos();
    }
}
