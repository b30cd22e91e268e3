package dev.skein.ffi.opencl;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.AllocationLedger;
import dev.skein.ffi.opencl.generated.opencl_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The calls through {@code java.lang.foreign}. Whoever makes one has asked {@link OpenClLibrary}
 * first: the generated class loads the library in its static initialiser.
 */
final class FfmDriver implements Driver {

    private record Address(MemorySegment pointer) implements Handle {}

    private final AllocationLedger<ObjectKind> ledger =
            new AllocationLedger<>(ObjectKind.class);

    @Override
    public AllocationLedger<ObjectKind> ledger() {
        return ledger;
    }

    @Override
    public List<Handle> platforms() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(JAVA_INT);
            int code = opencl_h.clGetPlatformIDs(0, NULL, count);
            int n = count.get(JAVA_INT, 0);
            if (code == ErrorCode.PLATFORM_NOT_FOUND_KHR || n == 0) {
                return List.of();
            }
            check(code, "clGetPlatformIDs", "");
            MemorySegment ids = arena.allocate(ADDRESS, n);
            check(opencl_h.clGetPlatformIDs(n, ids, NULL), "clGetPlatformIDs", "count=" + n);
            return handles(ids, n);
        }
    }

    @Override
    public List<Handle> devices(Handle platform) {
        try (Arena arena = Arena.ofConfined()) {
            long all = Integer.toUnsignedLong(opencl_h.CL_DEVICE_TYPE_ALL());
            MemorySegment count = arena.allocate(JAVA_INT);
            int code = opencl_h.clGetDeviceIDs(pointer(platform), all, 0, NULL, count);
            int n = count.get(JAVA_INT, 0);
            if (code == ErrorCode.DEVICE_NOT_FOUND || code == ErrorCode.SUCCESS && n == 0) {
                return List.of();
            }
            check(code, "clGetDeviceIDs", "");
            MemorySegment ids = arena.allocate(ADDRESS, n);
            check(opencl_h.clGetDeviceIDs(pointer(platform), all, n, ids, NULL),
                    "clGetDeviceIDs", "count=" + n);
            return handles(ids, n);
        }
    }

    @Override
    public byte[] info(Subject subject, Handle object, int parameter) {
        MemorySegment of = pointer(object);
        return switch (subject) {
            case PLATFORM -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetPlatformInfo(of, parameter, bytes, value, size));
            case DEVICE -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetDeviceInfo(of, parameter, bytes, value, size));
            case CONTEXT -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetContextInfo(of, parameter, bytes, value, size));
            case BUFFER -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetMemObjectInfo(of, parameter, bytes, value, size));
            case KERNEL -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetKernelInfo(of, parameter, bytes, value, size));
            case EVENT -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetEventInfo(of, parameter, bytes, value, size));
            case EVENT_TIME -> info(subject, parameter, (bytes, value, size) ->
                    opencl_h.clGetEventProfilingInfo(of, parameter, bytes, value, size));
        };
    }

    /** The common form of all queries: value and its size, either may be absent. */
    private interface Query {
        int ask(long bytes, MemorySegment value, MemorySegment size);
    }

    private static byte[] info(Subject subject, int parameter, Query query) {
        return info(subject.call, "parameter=0x" + Integer.toHexString(parameter), query);
    }

    private static byte[] info(String call, String arguments, Query query) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            check(query.ask(0, NULL, size), call, arguments);
            MemorySegment value = arena.allocate(Math.max(1, size.get(JAVA_LONG, 0)));
            check(query.ask(size.get(JAVA_LONG, 0), value, NULL), call, arguments);
            return value.asSlice(0, size.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
        }
    }

    @Override
    public Handle createContext(Handle platform, Handle device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment properties = arena.allocateFrom(JAVA_LONG,
                    opencl_h.CL_CONTEXT_PLATFORM(), pointer(platform).address(), 0);
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment context = opencl_h.clCreateContext(properties, 1,
                    arena.allocateFrom(ADDRESS, pointer(device)), NULL, NULL, code);
            return created(ObjectKind.CONTEXT, context, code, "clCreateContext", "devices=1");
        }
    }

    @Override
    public Handle createQueue(Handle context, Handle device, boolean profiling) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment queue = opencl_h.clCreateCommandQueue(pointer(context), pointer(device),
                    profiling ? opencl_h.CL_QUEUE_PROFILING_ENABLE() : 0, code);
            return created(ObjectKind.QUEUE, queue, code, "clCreateCommandQueue",
                    "profiling=" + profiling);
        }
    }

    @Override
    public Handle createBuffer(Handle context, long flags, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment buffer =
                    opencl_h.clCreateBuffer(pointer(context), flags, bytes, NULL, code);
            return created(ObjectKind.BUFFER, buffer, code, "clCreateBuffer", "bytes=" + bytes);
        }
    }

    @Override
    public Handle createProgram(Handle context, String source) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment text = arena.allocateFrom(source);
            MemorySegment program = opencl_h.clCreateProgramWithSource(pointer(context), 1,
                    arena.allocateFrom(ADDRESS, text),
                    arena.allocateFrom(JAVA_LONG, text.byteSize() - 1), code);
            return created(ObjectKind.PROGRAM, program, code, "clCreateProgramWithSource",
                    "bytes=" + (text.byteSize() - 1));
        }
    }

    @Override
    public void buildProgram(Handle program, Handle device, String options) {
        try (Arena arena = Arena.ofConfined()) {
            check(opencl_h.clBuildProgram(pointer(program), 1,
                    arena.allocateFrom(ADDRESS, pointer(device)), arena.allocateFrom(options),
                    NULL, NULL), "clBuildProgram", "options='" + options + "'");
        }
    }

    @Override
    public String buildLog(Handle program, Handle device) {
        return Info.text(info("clGetProgramBuildInfo", "CL_PROGRAM_BUILD_LOG",
                (bytes, value, size) -> opencl_h.clGetProgramBuildInfo(pointer(program),
                        pointer(device), opencl_h.CL_PROGRAM_BUILD_LOG(), bytes, value, size)));
    }

    @Override
    public Handle createKernel(Handle program, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment code = arena.allocate(JAVA_INT);
            MemorySegment kernel =
                    opencl_h.clCreateKernel(pointer(program), arena.allocateFrom(name), code);
            return created(ObjectKind.KERNEL, kernel, code, "clCreateKernel", "name=" + name);
        }
    }

    @Override
    public long workGroupInfo(Handle kernel, Handle device, int parameter) {
        return Info.number(info("clGetKernelWorkGroupInfo",
                "parameter=0x" + Integer.toHexString(parameter),
                (bytes, value, size) -> opencl_h.clGetKernelWorkGroupInfo(pointer(kernel),
                        pointer(device), parameter, bytes, value, size)));
    }

    @Override
    public void setArgument(Handle kernel, int index, MemorySegment value) {
        int code = opencl_h.clSetKernelArg(pointer(kernel), index, value.byteSize(), value);
        if (code != ErrorCode.SUCCESS) {
            throw new OpenClException("clSetKernelArg", code,
                    "index=" + index + ", bytes=" + value.byteSize());
        }
    }

    @Override
    public void setBuffer(Handle kernel, int index, Handle buffer, MemorySegment scratch) {
        scratch.set(ADDRESS, 0, pointer(buffer));
        setArgument(kernel, index, scratch.asSlice(0, ADDRESS.byteSize()));
    }

    @Override
    public void setLocal(Handle kernel, int index, long bytes) {
        check(opencl_h.clSetKernelArg(pointer(kernel), index, bytes, NULL), "clSetKernelArg",
                "index=" + index + ", local bytes=" + bytes);
    }

    @Override
    public Handle launch(Handle queue, Handle kernel, NdRange range, boolean withEvent) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment global =
                    arena.allocateFrom(JAVA_LONG, range.globalX(), range.globalY());
            MemorySegment local = range.hasLocal()
                    ? arena.allocateFrom(JAVA_LONG, range.localX(), range.localY()) : NULL;
            MemorySegment event = withEvent ? arena.allocate(ADDRESS) : NULL;
            int code = opencl_h.clEnqueueNDRangeKernel(pointer(queue), pointer(kernel),
                    range.dimensions(), NULL, global, local, 0, NULL, event);
            if (code != ErrorCode.SUCCESS) {
                throw new OpenClException("clEnqueueNDRangeKernel", code, "range=" + range);
            }
            return event(event);
        }
    }

    @Override
    public Handle write(Handle queue, Part to, MemorySegment from, boolean blocking) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = blocking ? NULL : arena.allocate(ADDRESS);
            int code = opencl_h.clEnqueueWriteBuffer(pointer(queue), pointer(to.buffer()),
                    flag(blocking), to.offset(), from.byteSize(), from, 0, NULL, event);
            check(code, "clEnqueueWriteBuffer", to, from.byteSize());
            return event(event);
        }
    }

    @Override
    public Handle read(Handle queue, Part from, MemorySegment to, boolean blocking) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = blocking ? NULL : arena.allocate(ADDRESS);
            int code = opencl_h.clEnqueueReadBuffer(pointer(queue), pointer(from.buffer()),
                    flag(blocking), from.offset(), to.byteSize(), to, 0, NULL, event);
            check(code, "clEnqueueReadBuffer", from, to.byteSize());
            return event(event);
        }
    }

    @Override
    public void copy(Handle queue, Part from, Part to, long bytes) {
        check(opencl_h.clEnqueueCopyBuffer(pointer(queue), pointer(from.buffer()),
                pointer(to.buffer()), from.offset(), to.offset(), bytes, 0, NULL, NULL),
                "clEnqueueCopyBuffer", from, bytes);
    }

    @Override
    public void fill(Handle queue, Part part, byte value, long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            check(opencl_h.clEnqueueFillBuffer(pointer(queue), pointer(part.buffer()),
                    arena.allocateFrom(JAVA_BYTE, value), 1, part.offset(), bytes, 0, NULL, NULL),
                    "clEnqueueFillBuffer", part, bytes);
        }
    }

    @Override
    public void barrier(Handle queue, List<Handle> events) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(ADDRESS, events.size());
            for (int i = 0; i < events.size(); i++) {
                list.setAtIndex(ADDRESS, i, pointer(events.get(i)));
            }
            check(opencl_h.clEnqueueBarrierWithWaitList(pointer(queue), events.size(), list, NULL),
                    "clEnqueueBarrierWithWaitList", "events=" + events.size());
        }
    }

    @Override
    public void flush(Handle queue) {
        check(opencl_h.clFlush(pointer(queue)), "clFlush", "");
    }

    @Override
    public void finish(Handle queue) {
        check(opencl_h.clFinish(pointer(queue)), "clFinish", "");
    }

    @Override
    public void waitFor(Handle event) {
        try (Arena arena = Arena.ofConfined()) {
            check(opencl_h.clWaitForEvents(1, arena.allocateFrom(ADDRESS, pointer(event))),
                    "clWaitForEvents", "events=1");
        }
    }

    @Override
    public void release(ObjectKind kind, Handle object) {
        MemorySegment pointer = pointer(object);
        switch (kind) {
            case CONTEXT -> check(opencl_h.clReleaseContext(pointer), "clReleaseContext", "");
            case QUEUE -> check(
                    opencl_h.clReleaseCommandQueue(pointer), "clReleaseCommandQueue", "");
            case PROGRAM -> check(opencl_h.clReleaseProgram(pointer), "clReleaseProgram", "");
            case KERNEL -> check(opencl_h.clReleaseKernel(pointer), "clReleaseKernel", "");
            case BUFFER -> check(opencl_h.clReleaseMemObject(pointer), "clReleaseMemObject", "");
            case EVENT -> check(opencl_h.clReleaseEvent(pointer), "clReleaseEvent", "");
            case HOST_MEMORY -> throw new IllegalArgumentException("no object of OpenCL");
        }
        ledger.released(kind);
    }

    private Handle created(
            ObjectKind kind, MemorySegment object, MemorySegment code, String call, String args) {
        check(code.get(JAVA_INT, 0), call, args);
        ledger.created(kind);
        return new Address(object);
    }

    /** @param cell where OpenCL put an event, or NULL if it was not asked to */
    private Handle event(MemorySegment cell) {
        if (cell.equals(NULL)) {
            return null;
        }
        ledger.created(ObjectKind.EVENT);
        return new Address(cell.get(ADDRESS, 0));
    }

    private static void check(int code, String call, Part part, long bytes) {
        if (code != ErrorCode.SUCCESS) {
            throw new OpenClException(call, code, "offset=" + part.offset() + ", bytes=" + bytes);
        }
    }

    private static void check(int code, String call, String arguments) {
        if (code != ErrorCode.SUCCESS) {
            throw new OpenClException(call, code, arguments);
        }
    }

    private static int flag(boolean value) {
        return value ? opencl_h.CL_TRUE() : opencl_h.CL_FALSE();
    }

    private static MemorySegment pointer(Handle handle) {
        return ((Address) handle).pointer();
    }

    private static List<Handle> handles(MemorySegment ids, int count) {
        List<Handle> handles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            handles.add(new Address(ids.getAtIndex(ADDRESS, i)));
        }
        return handles;
    }
}
