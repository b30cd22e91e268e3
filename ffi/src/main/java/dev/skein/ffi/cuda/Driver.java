package dev.skein.ffi.cuda;

import dev.skein.ffi.AllocationLedger;
import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The calls of CUDA's driver that the facade makes, one method a call. Two implementations; what is
 * owned by whom is decided above, once for both. Every method throws {@link CudaException} when
 * CUDA refuses, and counts what it creates and releases. Handles are what the implementation likes;
 * device addresses are those of the device. Host memory is native and alive until the copy is done:
 * the caller's business.
 */
interface Driver {
    /** Names the file of the library, where it is not on the loader's path. */
    String PROPERTY = "skein.cuda.library";

    /** Of the driver's library. */
    String SONAME = "libcuda.so.1";

    /** The library, loaded for as long as the process lives, or what to install. */
    static Answer<NativeLibrary> library() {
        String file = System.getProperty(PROPERTY);
        Answer<NativeLibrary> library = file == null
                ? NativeLibrary.find(SONAME, Arena.global())
                : NativeLibrary.open(Path.of(file), Arena.global());
        return switch (library) {
            case Answer.Found<NativeLibrary> found -> found;
            case Answer.Missing<NativeLibrary>(String reason) -> missing(reason);
        };
    }

    /** What to install. */
    static <T> Answer<T> missing(String reason) {
        return new Answer.Missing<>("no CUDA here: " + reason
                + "; install NVIDIA's driver for CUDA 12 or newer");
    }

    AllocationLedger<ObjectKind> ledger();

    /** The code of the initialisation, which fails where there is no device. */
    int init();

    /** 1000 times the major version and ten times the minor one. */
    int version();

    int deviceCount();

    int device(int index);

    String deviceName(int device);

    int attribute(int device, int attribute);

    long memoryBytes(int device);

    MemorySegment retainContext(int device);

    void releaseContext(int device);

    void setCurrent(MemorySegment context);

    long allocate(long bytes);

    void free(long address);

    void write(long to, MemorySegment from);

    void read(long from, MemorySegment to);

    void copy(long from, long to, long bytes);

    void fill(long address, byte value, long bytes);

    /** Returns when the host's memory may be used again; the device takes it in order. */
    void write(long to, MemorySegment from, MemorySegment stream);

    void read(long from, MemorySegment to, MemorySegment stream);

    void fill(long address, byte value, long bytes, MemorySegment stream);

    /** Threads of the largest block in which a function runs. */
    int maxThreads(MemorySegment function);

    /** @param image PTX as text, or a cubin */
    MemorySegment loadModule(byte[] image);

    MemorySegment function(MemorySegment module, String name);

    MemorySegment createStream();

    MemorySegment createEvent();

    void record(MemorySegment event, MemorySegment stream);

    void finish(MemorySegment stream);

    void waitFor(MemorySegment event);

    float elapsedMillis(MemorySegment from, MemorySegment to);

    /** @param arguments an array of pointers to the values */
    void launch(MemorySegment stream, MemorySegment function, Grid grid, MemorySegment arguments);

    /** From now on, what is launched into a stream does not run but becomes a graph. */
    void beginCapture(MemorySegment stream);

    /** What was captured, ready to be launched. */
    MemorySegment endCapture(MemorySegment stream);

    /** Ends a capture in which something failed; what the driver says of it is nothing new. */
    void abandonCapture(MemorySegment stream);

    void launchGraph(MemorySegment graph, MemorySegment stream);

    void release(ObjectKind kind, MemorySegment object);

    /** The name that the driver has for a code. */
    String nameOf(int code);

    /** Throws what a code other than 0 says. */
    default void check(int code, String call, String arguments) {
        if (code != 0) {
            throw new CudaException(call, code, nameOf(code), arguments);
        }
    }
}
