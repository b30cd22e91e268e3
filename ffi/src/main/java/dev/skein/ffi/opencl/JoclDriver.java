package dev.skein.ffi.opencl;

import dev.skein.ffi.AllocationLedger;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jocl.CL;
import org.jocl.NativePointerObject;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;

/**
 * The calls through JOCL. The only class that sees it, so that nothing else needs it: without its
 * jar this class does not link, which {@link OpenCl} answers with a sentence.
 */
final class JoclDriver implements Driver {

    /** JOCL takes memory as byte buffers; one transfer moves at most this. */
    private static final long MAX_TRANSFER_BYTES = 1L << 30;

    private record Native(NativePointerObject object) implements Handle {}

    private final AllocationLedger<ObjectKind> ledger =
            new AllocationLedger<>(ObjectKind.class);

    JoclDriver() {
        // codes are checked here, with the arguments at hand
        CL.setExceptionsEnabled(false);
    }

    @Override
    public AllocationLedger<ObjectKind> ledger() {
        return ledger;
    }

    @Override
    public List<Handle> platforms() {
        int[] count = new int[1];
        int code = CL.clGetPlatformIDs(0, null, count);
        if (code == ErrorCode.PLATFORM_NOT_FOUND_KHR || count[0] == 0) {
            return List.of();
        }
        check(code, "clGetPlatformIDs", "");
        cl_platform_id[] ids = new cl_platform_id[count[0]];
        check(CL.clGetPlatformIDs(ids.length, ids, null), "clGetPlatformIDs",
                "count=" + ids.length);
        return handles(ids);
    }

    @Override
    public List<Handle> devices(Handle platform) {
        cl_platform_id of = (cl_platform_id) object(platform);
        int[] count = new int[1];
        int code = CL.clGetDeviceIDs(of, CL.CL_DEVICE_TYPE_ALL, 0, null, count);
        if (code == ErrorCode.DEVICE_NOT_FOUND || code == ErrorCode.SUCCESS && count[0] == 0) {
            return List.of();
        }
        check(code, "clGetDeviceIDs", "");
        cl_device_id[] ids = new cl_device_id[count[0]];
        check(CL.clGetDeviceIDs(of, CL.CL_DEVICE_TYPE_ALL, ids.length, ids, null),
                "clGetDeviceIDs", "count=" + ids.length);
        return handles(ids);
    }

    @Override
    public byte[] info(Subject subject, Handle handle, int parameter) {
        NativePointerObject object = object(handle);
        return info(subject.call, "parameter=0x" + Integer.toHexString(parameter),
                (bytes, value, size) -> switch (subject) {
                    case PLATFORM -> CL.clGetPlatformInfo(
                            (cl_platform_id) object, parameter, bytes, value, size);
                    case DEVICE -> CL.clGetDeviceInfo(
                            (cl_device_id) object, parameter, bytes, value, size);
                    case CONTEXT -> CL.clGetContextInfo(
                            (cl_context) object, parameter, bytes, value, size);
                    case BUFFER -> CL.clGetMemObjectInfo(
                            (cl_mem) object, parameter, bytes, value, size);
                    case KERNEL -> CL.clGetKernelInfo(
                            (cl_kernel) object, parameter, bytes, value, size);
                    case EVENT -> CL.clGetEventInfo(
                            (cl_event) object, parameter, bytes, value, size);
                    case EVENT_TIME -> CL.clGetEventProfilingInfo(
                            (cl_event) object, parameter, bytes, value, size);
                });
    }

    /** The common form of all queries: value and its size, either may be absent. */
    private interface Query {
        int ask(long bytes, Pointer value, long[] size);
    }

    private static byte[] info(String call, String arguments, Query query) {
        long[] size = new long[1];
        check(query.ask(0, null, size), call, arguments);
        byte[] value = new byte[Math.toIntExact(size[0])];
        if (value.length > 0) {
            check(query.ask(value.length, Pointer.to(value), null), call, arguments);
        }
        return value;
    }

    @Override
    public Handle createContext(Handle platform, Handle device) {
        cl_context_properties properties = new cl_context_properties();
        properties.addProperty(CL.CL_CONTEXT_PLATFORM, (cl_platform_id) object(platform));
        int[] code = new int[1];
        cl_context context =
                CL.clCreateContext(properties, 1, one(device), null, null, code);
        return created(ObjectKind.CONTEXT, context, code, "clCreateContext", "devices=1");
    }

    /** The call of OpenCL 1.2; its successor needs drivers of 2.0. */
    @Override
    @SuppressWarnings("deprecation")
    public Handle createQueue(Handle context, Handle device, boolean profiling) {
        int[] code = new int[1];
        cl_command_queue queue = CL.clCreateCommandQueue((cl_context) object(context),
                (cl_device_id) object(device),
                profiling ? CL.CL_QUEUE_PROFILING_ENABLE : 0, code);
        return created(ObjectKind.QUEUE, queue, code, "clCreateCommandQueue",
                "profiling=" + profiling);
    }

    @Override
    public Handle createBuffer(Handle context, long flags, long bytes) {
        int[] code = new int[1];
        cl_mem buffer =
                CL.clCreateBuffer((cl_context) object(context), flags, bytes, null, code);
        return created(ObjectKind.BUFFER, buffer, code, "clCreateBuffer", "bytes=" + bytes);
    }

    @Override
    public Handle createProgram(Handle context, String source) {
        int[] code = new int[1];
        // without lengths JOCL ends each text with a zero
        cl_program program = CL.clCreateProgramWithSource((cl_context) object(context), 1,
                new String[] {source}, null, code);
        return created(ObjectKind.PROGRAM, program, code, "clCreateProgramWithSource",
                "characters=" + source.length());
    }

    @Override
    public void buildProgram(Handle program, Handle device, String options) {
        check(CL.clBuildProgram((cl_program) object(program), 1, one(device), options, null, null),
                "clBuildProgram", "options='" + options + "'");
    }

    @Override
    public String buildLog(Handle program, Handle device) {
        return Info.text(info("clGetProgramBuildInfo", "CL_PROGRAM_BUILD_LOG",
                (bytes, value, size) -> CL.clGetProgramBuildInfo((cl_program) object(program),
                        (cl_device_id) object(device), CL.CL_PROGRAM_BUILD_LOG, bytes, value,
                        size)));
    }

    @Override
    public Handle createKernel(Handle program, String name) {
        int[] code = new int[1];
        cl_kernel kernel = CL.clCreateKernel((cl_program) object(program), name, code);
        return created(ObjectKind.KERNEL, kernel, code, "clCreateKernel", "name=" + name);
    }

    @Override
    public long workGroupInfo(Handle kernel, Handle device, int parameter) {
        return Info.number(info("clGetKernelWorkGroupInfo",
                "parameter=0x" + Integer.toHexString(parameter),
                (bytes, value, size) -> CL.clGetKernelWorkGroupInfo((cl_kernel) object(kernel),
                        (cl_device_id) object(device), parameter, bytes, value, size)));
    }

    @Override
    public void setArgument(Handle kernel, int index, MemorySegment value) {
        setArgument(kernel, index, value.byteSize(),
                Pointer.to(value.toArray(ValueLayout.JAVA_BYTE)));
    }

    @Override
    public void setBuffer(Handle kernel, int index, Handle buffer, MemorySegment scratch) {
        setArgument(kernel, index, ValueLayout.ADDRESS.byteSize(), Pointer.to(object(buffer)));
    }

    @Override
    public void setLocal(Handle kernel, int index, long bytes) {
        setArgument(kernel, index, bytes, null);
    }

    private static void setArgument(Handle kernel, int index, long bytes, Pointer value) {
        check(CL.clSetKernelArg((cl_kernel) object(kernel), index, bytes, value),
                "clSetKernelArg", "index=" + index + ", bytes=" + bytes);
    }

    @Override
    public Handle launch(Handle queue, Handle kernel, NdRange range, boolean withEvent) {
        cl_event event = withEvent ? new cl_event() : null;
        check(CL.clEnqueueNDRangeKernel(queue(queue), (cl_kernel) object(kernel),
                range.dimensions(), null, new long[] {range.globalX(), range.globalY()},
                range.hasLocal() ? new long[] {range.localX(), range.localY()} : null,
                0, null, event), "clEnqueueNDRangeKernel", "range=" + range);
        return event(event);
    }

    @Override
    public Handle write(Handle queue, Part to, MemorySegment from, boolean blocking) {
        cl_event event = blocking ? null : new cl_event();
        for (long at = 0; at < from.byteSize(); at += MAX_TRANSFER_BYTES) {
            long bytes = Math.min(MAX_TRANSFER_BYTES, from.byteSize() - at);
            boolean last = at + bytes == from.byteSize();
            check(CL.clEnqueueWriteBuffer(queue(queue), memory(to.buffer()), blocking,
                    to.offset() + at, bytes, Pointer.to(from.asSlice(at, bytes).asByteBuffer()),
                    0, null, last ? event : null), "clEnqueueWriteBuffer", to, bytes);
        }
        return event(event);
    }

    @Override
    public Handle read(Handle queue, Part from, MemorySegment to, boolean blocking) {
        cl_event event = blocking ? null : new cl_event();
        for (long at = 0; at < to.byteSize(); at += MAX_TRANSFER_BYTES) {
            long bytes = Math.min(MAX_TRANSFER_BYTES, to.byteSize() - at);
            boolean last = at + bytes == to.byteSize();
            check(CL.clEnqueueReadBuffer(queue(queue), memory(from.buffer()), blocking,
                    from.offset() + at, bytes, Pointer.to(to.asSlice(at, bytes).asByteBuffer()),
                    0, null, last ? event : null), "clEnqueueReadBuffer", from, bytes);
        }
        return event(event);
    }

    @Override
    public void copy(Handle queue, Part from, Part to, long bytes) {
        check(CL.clEnqueueCopyBuffer(queue(queue), memory(from.buffer()), memory(to.buffer()),
                from.offset(), to.offset(), bytes, 0, null, null),
                "clEnqueueCopyBuffer", from, bytes);
    }

    @Override
    public void fill(Handle queue, Part part, byte value, long bytes) {
        check(CL.clEnqueueFillBuffer(queue(queue), memory(part.buffer()),
                Pointer.to(new byte[] {value}), 1, part.offset(), bytes, 0, null, null),
                "clEnqueueFillBuffer", part, bytes);
    }

    @Override
    public void barrier(Handle queue, List<Handle> events) {
        cl_event[] list = events.stream().map(e -> (cl_event) object(e)).toArray(cl_event[]::new);
        check(CL.clEnqueueBarrierWithWaitList(queue(queue), list.length, list, null),
                "clEnqueueBarrierWithWaitList", "events=" + list.length);
    }

    @Override
    public void flush(Handle queue) {
        check(CL.clFlush(queue(queue)), "clFlush", "");
    }

    @Override
    public void finish(Handle queue) {
        check(CL.clFinish(queue(queue)), "clFinish", "");
    }

    @Override
    public void waitFor(Handle event) {
        check(CL.clWaitForEvents(1, new cl_event[] {(cl_event) object(event)}),
                "clWaitForEvents", "events=1");
    }

    @Override
    public void release(ObjectKind kind, Handle handle) {
        NativePointerObject object = object(handle);
        switch (kind) {
            case CONTEXT -> check(CL.clReleaseContext((cl_context) object),
                    "clReleaseContext", "");
            case QUEUE -> check(CL.clReleaseCommandQueue((cl_command_queue) object),
                    "clReleaseCommandQueue", "");
            case PROGRAM -> check(CL.clReleaseProgram((cl_program) object),
                    "clReleaseProgram", "");
            case KERNEL -> check(CL.clReleaseKernel((cl_kernel) object), "clReleaseKernel", "");
            case BUFFER -> check(CL.clReleaseMemObject((cl_mem) object),
                    "clReleaseMemObject", "");
            case EVENT -> check(CL.clReleaseEvent((cl_event) object), "clReleaseEvent", "");
            case HOST_MEMORY -> throw new IllegalArgumentException("no object of OpenCL");
        }
        ledger.released(kind);
    }

    private Handle created(
            ObjectKind kind, NativePointerObject object, int[] code, String call, String args) {
        check(code[0], call, args);
        ledger.created(kind);
        return new Native(object);
    }

    private Handle event(cl_event event) {
        if (event == null) {
            return null;
        }
        ledger.created(ObjectKind.EVENT);
        return new Native(event);
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

    private static NativePointerObject object(Handle handle) {
        return ((Native) handle).object();
    }

    private static cl_command_queue queue(Handle handle) {
        return (cl_command_queue) object(handle);
    }

    private static cl_mem memory(Handle handle) {
        return (cl_mem) object(handle);
    }

    private static cl_device_id[] one(Handle device) {
        return new cl_device_id[] {(cl_device_id) object(device)};
    }

    private static List<Handle> handles(NativePointerObject[] objects) {
        List<Handle> handles = new ArrayList<>();
        for (NativePointerObject object : objects) {
            handles.add(new Native(object));
        }
        return handles;
    }
}
