package dev.skein.ffi.opencl;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.opencl.generated.opencl_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A kernel and its arguments. They stay until they are set again. That all are set, and that its
 * buffers are still open, is checked before each launch: OpenCL does not keep a buffer alive for a
 * kernel that names it.
 */
public final class Kernel extends Owned {

    private final Driver driver;
    private final String name;
    private final Handle handle;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment scratch = arena.allocate(JAVA_LONG);

    private Buffer[] buffers = new Buffer[0];
    private boolean[] isSet = new boolean[0];
    private long maxGroupItems;
    private long groupMultiple;

    Kernel(Program owner, Driver driver, String name, Handle handle) {
        super(owner);
        this.driver = driver;
        this.name = name;
        this.handle = handle;
    }

    void inspect(Device device) {
        int count = Math.toIntExact(Info.number(
                driver.info(Driver.Subject.KERNEL, handle, opencl_h.CL_KERNEL_NUM_ARGS())));
        buffers = new Buffer[count];
        isSet = new boolean[count];
        maxGroupItems = driver.workGroupInfo(
                handle, device.handle(), opencl_h.CL_KERNEL_WORK_GROUP_SIZE());
        groupMultiple = driver.workGroupInfo(handle, device.handle(),
                opencl_h.CL_KERNEL_PREFERRED_WORK_GROUP_SIZE_MULTIPLE());
    }

    /** Its name in the source. */
    public String name() {
        return name;
    }

    /** How many arguments it takes. */
    public int argumentCount() {
        return isSet.length;
    }

    /** Work items of the largest group in which it runs on its device. */
    public long maxGroupItems() {
        return maxGroupItems;
    }

    /** Groups of a multiple of this use the device best. */
    public long groupMultiple() {
        return groupMultiple;
    }

    /** Sets a pointer to global or constant memory. */
    public Kernel set(int index, Buffer buffer) {
        checkIndex(index);
        buffer.check();
        checkSameContext(buffer);
        driver.setBuffer(handle, index, buffer.handle(), scratch);
        return done(index, buffer);
    }

    /** Sets a {@code char} or {@code uchar}. */
    public Kernel setByte(int index, byte value) {
        checkIndex(index);
        scratch.set(JAVA_BYTE, 0, value);
        return set(index, JAVA_BYTE.byteSize());
    }

    /** Sets an {@code int} or {@code uint}. */
    public Kernel setInt(int index, int value) {
        checkIndex(index);
        scratch.set(JAVA_INT, 0, value);
        return set(index, JAVA_INT.byteSize());
    }

    /** Sets a {@code long} or {@code ulong}. */
    public Kernel setLong(int index, long value) {
        checkIndex(index);
        scratch.set(JAVA_LONG, 0, value);
        return set(index, JAVA_LONG.byteSize());
    }

    /** Sets a {@code float}. */
    public Kernel setFloat(int index, float value) {
        checkIndex(index);
        scratch.set(JAVA_FLOAT, 0, value);
        return set(index, JAVA_FLOAT.byteSize());
    }

    /** Sets the size of a pointer to local memory. */
    public Kernel setLocal(int index, long bytes) {
        checkIndex(index);
        driver.setLocal(handle, index, bytes);
        return done(index, null);
    }

    private Kernel set(int index, long bytes) {
        driver.setArgument(handle, index, scratch.asSlice(0, bytes));
        return done(index, null);
    }

    private Kernel done(int index, Buffer buffer) {
        buffers[index] = buffer;
        isSet[index] = true;
        return this;
    }

    private void checkIndex(int index) {
        check();
        if (index < 0 || index >= isSet.length) {
            throw new OpenClException("clSetKernelArg", ErrorCode.INVALID_ARG_INDEX, "kernel="
                    + name + ", index=" + index + ", arguments=" + isSet.length);
        }
    }

    Handle ready() {
        check();
        for (int i = 0; i < isSet.length; i++) {
            if (!isSet[i]) {
                throw new OpenClException("clEnqueueNDRangeKernel", ErrorCode.INVALID_KERNEL_ARGS,
                        "kernel=" + name + ", argument " + i + " of " + isSet.length
                                + " is not set");
            }
            if (buffers[i] != null) {
                buffers[i].check();
            }
        }
        return handle;
    }

    @Override
    void release() {
        arena.close();
        driver.release(ObjectKind.KERNEL, handle);
    }

    @Override
    public String toString() {
        return "kernel " + name;
    }
}
