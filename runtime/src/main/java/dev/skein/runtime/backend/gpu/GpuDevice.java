package dev.skein.runtime.backend.gpu;

/**
 * A device that runs kernels in the order in which they are launched, whichever library reaches
 * it. What the library refuses is thrown as its own exception; {@link #refused} knows them.
 * Confined to the thread that opened it.
 */
public interface GpuDevice extends AutoCloseable {

    /** For messages: {@code opencl:0 (name of the device)}. */
    String name();

    /** Work items of a group on this device. */
    GroupSizes groupSizes();

    /** Memory of so many bytes, at least one; its content is undefined. */
    GpuBuffer createBuffer(long bytes);

    /** A kernel of the sources that the device was opened with, with arguments of its own. */
    GpuKernel kernel(String name);

    /**
     * Runs launches that are the same, arguments included, whenever their key is: a device may keep
     * them and run them again by one call.
     */
    default void repeat(Object key, Runnable launches) {
        launches.run();
    }

    /** Waits until everything that was launched is done. */
    void finish();

    /** Bytes of all buffers. */
    long bufferBytes();

    /** Whether the device's library threw it, so that its message is for people. */
    boolean refused(RuntimeException failure);

    /** Whether the device's library threw it because there is too little memory. */
    boolean outOfMemory(RuntimeException failure);

    /** Releases all that was made on it. */
    @Override
    void close();
}
