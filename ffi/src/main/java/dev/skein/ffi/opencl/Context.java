package dev.skein.ffi.opencl;

import dev.skein.ffi.opencl.generated.opencl_h;
import java.util.List;

/** What belongs together on one device: closing it closes its queues, buffers and programs. */
public final class Context extends Owned {

    private final Driver driver;
    private final Device device;
    private final Handle handle;
    private long bufferBytes;

    Context(Driver driver, Device device, Handle handle) {
        super(null);
        this.driver = driver;
        this.device = device;
        this.handle = handle;
    }

    /** The device it is on. */
    public Device device() {
        return device;
    }

    /** Bytes of all buffers that are open. */
    public long bufferBytes() {
        return bufferBytes;
    }

    /** A queue whose commands run one after the other. */
    public CommandQueue createQueue() {
        return createQueue(false);
    }

    /** A queue that also takes the times of its commands, which costs a little. */
    public CommandQueue createProfilingQueue() {
        return createQueue(true);
    }

    private CommandQueue createQueue(boolean profiling) {
        check();
        Handle queue = driver.createQueue(handle, device.handle(), profiling);
        return adopt(new CommandQueue(this, driver, queue, profiling));
    }

    /**
     * Memory of the device. Drivers hand it out lazily: a request beyond what there is would
     * succeed and then fail, or end the process, at some later command. So what this context holds
     * is compared with the device's memory here.
     *
     * @throws OpenClException if the device has less, or refuses a buffer of this size
     */
    public Buffer createBuffer(long bytes) {
        check();
        long free = device.info().globalMemoryBytes() - bufferBytes;
        if (bytes > free) {
            throw new OpenClException("clCreateBuffer", ErrorCode.MEM_OBJECT_ALLOCATION_FAILURE,
                    "bytes=" + bytes + ", free of the device's memory=" + free);
        }
        Handle buffer = driver.createBuffer(handle, opencl_h.CL_MEM_READ_WRITE(), bytes);
        bufferBytes += bytes;
        return adopt(new Buffer(this, driver, buffer, bytes));
    }

    void freed(long bytes) {
        bufferBytes -= bytes;
    }

    /** Memory of the host for transfers that do not wait, filled with zeros. */
    public HostMemory createHostMemory(long bytes) {
        check();
        return adopt(new HostMemory(this, driver.ledger(), bytes));
    }

    /**
     * Compiles OpenCL C.
     *
     * @param name how errors call it, for example the file it is from
     * @param options of the device's compiler, as of {@code clBuildProgram}
     * @throws OpenClException with the compiler's log if it does not compile
     */
    public Program build(String name, String source, String... options) {
        check();
        Handle program = driver.createProgram(handle, source);
        Program built = adopt(new Program(this, driver, device, name, program));
        try {
            built.build(String.join(" ", List.of(options)));
        } catch (OpenClException e) {
            try {
                built.close();
            } catch (OpenClException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            throw e;
        }
        return built;
    }

    @Override
    void release() {
        driver.release(ObjectKind.CONTEXT, handle);
    }

    @Override
    public String toString() {
        return "context on " + device.info().name();
    }
}
