package dev.skein.ffi.opencl;

import dev.skein.ffi.AllocationLedger;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The calls of OpenCL that the facade makes, one method a call. Two implementations; what is owned
 * by whom, what is closed and in which order is decided above, once for both. Every method throws
 * {@link OpenClException} when OpenCL refuses. Segments are native and alive until the call, or
 * for {@code blocking == false} the command, is done: the caller's business.
 */
interface Driver {

    /** What {@link #info} asks about. */
    enum Subject {
        PLATFORM("clGetPlatformInfo"),
        DEVICE("clGetDeviceInfo"),
        CONTEXT("clGetContextInfo"),
        BUFFER("clGetMemObjectInfo"),
        KERNEL("clGetKernelInfo"),
        EVENT("clGetEventInfo"),
        EVENT_TIME("clGetEventProfilingInfo");

        final String call;

        Subject(String call) {
            this.call = call;
        }
    }

    /** A part of a buffer. */
    record Part(Handle buffer, long offset) {}

    /** Counts what is created and released. */
    AllocationLedger<ObjectKind> ledger();

    /** Empty when no driver is installed. */
    List<Handle> platforms();

    /** All types; empty when the platform has none. */
    List<Handle> devices(Handle platform);

    /** The bytes of a parameter, in the order of the host. */
    byte[] info(Subject subject, Handle object, int parameter);

    Handle createContext(Handle platform, Handle device);

    Handle createQueue(Handle context, Handle device, boolean profiling);

    Handle createBuffer(Handle context, long flags, long bytes);

    Handle createProgram(Handle context, String source);

    void buildProgram(Handle program, Handle device, String options);

    String buildLog(Handle program, Handle device);

    Handle createKernel(Handle program, String name);

    long workGroupInfo(Handle kernel, Handle device, int parameter);

    void setArgument(Handle kernel, int index, MemorySegment value);

    /** @param scratch room for a pointer */
    void setBuffer(Handle kernel, int index, Handle buffer, MemorySegment scratch);

    void setLocal(Handle kernel, int index, long bytes);

    /** @return an event if {@code withEvent}, else null */
    Handle launch(Handle queue, Handle kernel, NdRange range, boolean withEvent);

    /** @return an event if not blocking, else null */
    Handle write(Handle queue, Part to, MemorySegment from, boolean blocking);

    /** @return an event if not blocking, else null */
    Handle read(Handle queue, Part from, MemorySegment to, boolean blocking);

    void copy(Handle queue, Part from, Part to, long bytes);

    void fill(Handle queue, Part part, byte value, long bytes);

    /** What is enqueued later waits for these events, also of other queues. */
    void barrier(Handle queue, List<Handle> events);

    void flush(Handle queue);

    void finish(Handle queue);

    void waitFor(Handle event);

    void release(ObjectKind kind, Handle object);
}
