package dev.skein.ffi.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.skein.ffi.opencl.generated.opencl_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.jocl.CL;
import org.jocl.Pointer;
import org.jocl.Sizeof;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_device_id;
import org.jocl.cl_event;
import org.jocl.cl_kernel;
import org.jocl.cl_mem;
import org.jocl.cl_platform_id;
import org.jocl.cl_program;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a call of OpenCL costs through each binding, the driver's own work included: it is the same
 * for both. {@code facade*} adds the checks of {@link Kernel} and {@link CommandQueue}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class CallBenchmark {

    private final Arena arena = Arena.ofConfined();

    private Context context;
    private CommandQueue queue;
    private Kernel kernel;
    private Buffer buffer;

    private MemorySegment ffmQueue;
    private MemorySegment ffmKernel;
    private MemorySegment ffmEvent;
    private MemorySegment ffmInt;
    private MemorySegment ffmBuffer;
    private MemorySegment ffmStatus;

    private cl_context joclContext;
    private cl_program joclProgram;
    private cl_command_queue joclQueue;
    private cl_kernel joclKernel;
    private cl_mem joclBuffer;
    private cl_event joclEvent;
    private final int[] joclValue = {17};
    private final int[] joclStatus = new int[1];

    /** Makes the same objects for the facade, the generated bindings and JOCL. */
    @Setup
    public void open() {
        Device device = OpenCl.open(Binding.FFM).orElseThrow(IllegalStateException::new)
                .devices().getFirst();
        context = device.createContext();
        queue = context.createQueue();
        kernel = context.build("add.cl", TestOpenCl.ADD).createKernel("add");
        buffer = context.createBuffer(4);
        openFfm();
        openJocl();
    }

    private void openFfm() {
        MemorySegment cell = arena.allocate(ADDRESS);
        opencl_h.clGetPlatformIDs(1, cell, MemorySegment.NULL);
        MemorySegment platform = cell.get(ADDRESS, 0);
        opencl_h.clGetDeviceIDs(platform, 0xFFFFFFFFL, 1, cell, MemorySegment.NULL);
        MemorySegment none = MemorySegment.NULL;
        MemorySegment ffmContext = opencl_h.clCreateContext(none, 1, cell, none, none, none);
        ffmQueue = opencl_h.clCreateCommandQueue(ffmContext, cell.get(ADDRESS, 0), 0, none);
        MemorySegment text = arena.allocateFrom(ADDRESS, arena.allocateFrom(TestOpenCl.ADD));
        MemorySegment program =
                opencl_h.clCreateProgramWithSource(ffmContext, 1, text, none, none);
        opencl_h.clBuildProgram(program, 1, cell, none, none, none);
        ffmKernel = opencl_h.clCreateKernel(program, arena.allocateFrom("add"), none);
        ffmInt = arena.allocateFrom(JAVA_INT, 17);
        ffmStatus = arena.allocate(JAVA_INT);
        MemorySegment memory = opencl_h.clCreateBuffer(
                ffmContext, opencl_h.CL_MEM_READ_WRITE(), 4, none, none);
        ffmBuffer = arena.allocateFrom(ADDRESS, memory);
        MemorySegment eventCell = arena.allocate(ADDRESS);
        opencl_h.clEnqueueWriteBuffer(
                ffmQueue, memory, opencl_h.CL_TRUE(), 0, 4, ffmInt, 0, none, eventCell);
        ffmEvent = eventCell.get(ADDRESS, 0);
    }

    private void openJocl() {
        cl_platform_id[] platforms = new cl_platform_id[1];
        CL.clGetPlatformIDs(1, platforms, null);
        cl_device_id[] devices = new cl_device_id[1];
        CL.clGetDeviceIDs(platforms[0], CL.CL_DEVICE_TYPE_ALL, 1, devices, null);
        joclContext = CL.clCreateContext(null, 1, devices, null, null, null);
        joclQueue = joclQueue(devices[0]);
        joclProgram = CL.clCreateProgramWithSource(
                joclContext, 1, new String[] {TestOpenCl.ADD}, null, null);
        CL.clBuildProgram(joclProgram, 1, devices, null, null, null);
        joclKernel = CL.clCreateKernel(joclProgram, "add", null);
        joclBuffer = CL.clCreateBuffer(joclContext, CL.CL_MEM_READ_WRITE, 4, null, null);
        joclEvent = new cl_event();
        CL.clEnqueueWriteBuffer(
                joclQueue, joclBuffer, true, 0, 4, Pointer.to(joclValue), 0, null, joclEvent);
    }

    @SuppressWarnings("deprecation") // the call of OpenCL 1.2
    private cl_command_queue joclQueue(cl_device_id device) {
        return CL.clCreateCommandQueue(joclContext, device, 0, null);
    }

    /** The rest ends with the process of this benchmark. */
    @TearDown
    public void close() {
        context.close();
        arena.close();
    }

    /** An {@code int} argument, generated bindings. */
    @Benchmark
    public int setIntFfm() {
        return opencl_h.clSetKernelArg(ffmKernel, 3, 4, ffmInt);
    }

    /** An {@code int} argument, JOCL, whose pointer to the value is made anew, as it has to be. */
    @Benchmark
    public int setIntJocl() {
        return CL.clSetKernelArg(joclKernel, 3, Sizeof.cl_int, Pointer.to(joclValue));
    }

    /** An {@code int} argument, facade over FFM. */
    @Benchmark
    public Kernel setIntFacade() {
        return kernel.setInt(3, 17);
    }

    /** A buffer argument, generated bindings. */
    @Benchmark
    public int setBufferFfm() {
        return opencl_h.clSetKernelArg(ffmKernel, 0, ADDRESS.byteSize(), ffmBuffer);
    }

    /** A buffer argument, JOCL. */
    @Benchmark
    public int setBufferJocl() {
        return CL.clSetKernelArg(joclKernel, 0, Sizeof.cl_mem, Pointer.to(joclBuffer));
    }

    /** A buffer argument, facade over FFM. */
    @Benchmark
    public Kernel setBufferFacade() {
        return kernel.set(0, buffer);
    }

    /** A flush of an empty queue, generated bindings. */
    @Benchmark
    public int flushFfm() {
        return opencl_h.clFlush(ffmQueue);
    }

    /** A flush of an empty queue, JOCL. */
    @Benchmark
    public int flushJocl() {
        return CL.clFlush(joclQueue);
    }

    /** A flush of an empty queue, facade over FFM. */
    @Benchmark
    public void flushFacade() {
        queue.flush();
    }

    /** The status of a command that is done, generated bindings. */
    @Benchmark
    public int eventInfoFfm() {
        return opencl_h.clGetEventInfo(ffmEvent, opencl_h.CL_EVENT_COMMAND_EXECUTION_STATUS(),
                4, ffmStatus, MemorySegment.NULL);
    }

    /** The status of a command that is done, JOCL. */
    @Benchmark
    public int eventInfoJocl() {
        return CL.clGetEventInfo(joclEvent, CL.CL_EVENT_COMMAND_EXECUTION_STATUS, Sizeof.cl_int,
                Pointer.to(joclStatus), null);
    }
}
