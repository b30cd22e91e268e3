package dev.skein.ffi.opencl;

import java.util.Objects;

/** Memory of a device, of a fixed size. Its content is undefined until it is written. */
public final class Buffer extends Owned {

    private final Context context;
    private final Driver driver;
    private final Handle handle;
    private final long byteSize;

    Buffer(Context owner, Driver driver, Handle handle, long byteSize) {
        super(owner);
        this.context = owner;
        this.driver = driver;
        this.handle = handle;
        this.byteSize = byteSize;
    }

    /** Its size in bytes. */
    public long byteSize() {
        return byteSize;
    }

    Handle handle() {
        return handle;
    }

    /** @throws IndexOutOfBoundsException if the range is not inside this buffer */
    Driver.Part part(long offset, long bytes) {
        check();
        Objects.checkFromIndexSize(offset, bytes, byteSize);
        return new Driver.Part(handle, offset);
    }

    @Override
    void release() {
        driver.release(ObjectKind.BUFFER, handle);
        context.freed(byteSize);
    }

    @Override
    public String toString() {
        return "buffer of " + byteSize + " bytes";
    }
}
