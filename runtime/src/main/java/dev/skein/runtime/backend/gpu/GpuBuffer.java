package dev.skein.runtime.backend.gpu;

import java.lang.foreign.MemorySegment;

/** Memory of a {@link GpuDevice}, alive until that is closed. Copies wait until they are done. */
public interface GpuBuffer {

    /** Its size in bytes. */
    long byteSize();

    /** Copies a segment of any kind to the device. */
    void write(long offset, MemorySegment from);

    /** Copies from the device into a segment of any kind, after all launches so far. */
    void read(long offset, MemorySegment to);

    /** Sets every byte. */
    void fill(byte value);
}
