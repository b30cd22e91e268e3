package dev.skein.ffi.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Memory of a device. Copies wait until they are done, and for all work before them. */
public final class Buffer extends Owned {
    private final Driver driver;
    private final long address;
    private final long byteSize;

    Buffer(Context context, Driver driver, long address, long byteSize) {
        super(context);
        this.driver = driver;
        this.address = address;
        this.byteSize = byteSize;
    }

    /** Its size in bytes. */
    public long byteSize() {
        return byteSize;
    }

    long address() {
        return address;
    }

    /**
     * Copies from the host.
     *
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public void write(long offset, MemorySegment from) {
        long at = part(offset, from.byteSize());
        if (from.isNative()) {
            driver.write(at, from);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            driver.write(at, arena.allocate(from.byteSize()).copyFrom(from));
        }
    }

    /**
     * Copies to the host.
     *
     * @throws IndexOutOfBoundsException if the range is not inside this buffer
     */
    public void read(long offset, MemorySegment to) {
        long at = part(offset, to.byteSize());
        if (to.isReadOnly()) {
            throw new IllegalArgumentException("memory to read into is read-only");
        }
        if (to.isNative()) {
            driver.read(at, to);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(to.byteSize());
            driver.read(at, copy);
            to.copyFrom(copy);
        }
    }

    /** Copies a part to another buffer of the same context. */
    public void copyTo(long offset, Buffer to, long toOffset, long bytes) {
        to.check(context());
        driver.copy(part(offset, bytes), to.part(toOffset, bytes), bytes);
    }

    /** Sets every byte. */
    public void fill(byte value) {
        driver.fill(part(0, byteSize), value, byteSize);
    }

    long part(long offset, long bytes) {
        check();
        Objects.checkFromIndexSize(offset, bytes, byteSize);
        return address + offset;
    }

    @Override
    void release() {
        driver.free(address);
    }

    @Override
    public String toString() {
        return "buffer of " + byteSize + " bytes";
    }
}
