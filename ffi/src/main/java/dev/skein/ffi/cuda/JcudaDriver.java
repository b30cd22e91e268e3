package dev.skein.ffi.cuda;

import dev.skein.ffi.AllocationLedger;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUfunction;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * The calls through JCuda. The only class that sees it, so that nothing else needs it: without its
 * jars this class does not link, which {@link Cuda} answers with a sentence. Handles are numbers
 * under which the objects are kept.
 */
final class JcudaDriver implements Driver {
    private static final int NAME_BYTES = 256;

    private final AllocationLedger<ObjectKind> ledger =
            new AllocationLedger<>(ObjectKind.class);
    private final Map<Integer, CUdevice> devices = new HashMap<>();
    private final Map<Long, NativePointerObject> objects = new HashMap<>();
    private final TreeMap<Long, Allocated> memory = new TreeMap<>();
    private long handles;

    /** Host memory. */
    private static final class Host extends Pointer {
        Host(MemorySegment segment) {
            super(segment.address());
        }
    }

    /** Device memory that tells its address. */
    private static final class Allocated extends CUdeviceptr {
        long address() {
            return getNativePointer();
        }
    }

    /** A device that tells its number. */
    private static final class Numbered extends CUdevice {
        int number() {
            return (int) getNativePointer();
        }
    }

    JcudaDriver() {
        // codes are checked here, with the arguments at hand
        JCudaDriver.setExceptionsEnabled(false);
    }

    @Override
    public AllocationLedger<ObjectKind> ledger() {
        return ledger;
    }

    @Override
    public int init() {
        return JCudaDriver.cuInit(0);
    }

    @Override
    public int version() {
        int[] out = new int[1];
        check(JCudaDriver.cuDriverGetVersion(out), "cuDriverGetVersion", "");
        return out[0];
    }

    @Override
    public int deviceCount() {
        int[] out = new int[1];
        check(JCudaDriver.cuDeviceGetCount(out), "cuDeviceGetCount", "");
        return out[0];
    }

    @Override
    public int device(int index) {
        var device = new Numbered();
        check(JCudaDriver.cuDeviceGet(device, index), "cuDeviceGet", "index=" + index);
        devices.put(device.number(), device);
        return device.number();
    }

    @Override
    public String deviceName(int device) {
        byte[] out = new byte[NAME_BYTES];
        check(JCudaDriver.cuDeviceGetName(out, out.length, devices.get(device)),
                "cuDeviceGetName", "device=" + device);
        int end = 0;
        while (end < out.length && out[end] != 0) {
            end++;
        }
        return new String(out, 0, end, StandardCharsets.UTF_8);
    }

    @Override
    public int attribute(int device, int attribute) {
        int[] out = new int[1];
        check(JCudaDriver.cuDeviceGetAttribute(out, attribute, devices.get(device)),
                "cuDeviceGetAttribute", "attribute=" + attribute);
        return out[0];
    }

    @Override
    public long memoryBytes(int device) {
        long[] out = new long[1];
        check(JCudaDriver.cuDeviceTotalMem(out, devices.get(device)), "cuDeviceTotalMem",
                "device=" + device);
        return out[0];
    }

    @Override
    public MemorySegment retainContext(int device) {
        var context = new CUcontext();
        check(JCudaDriver.cuDevicePrimaryCtxRetain(context, devices.get(device)),
                "cuDevicePrimaryCtxRetain", "device=" + device);
        return created(ObjectKind.CONTEXT, context);
    }

    @Override
    public void releaseContext(int device) {
        check(JCudaDriver.cuDevicePrimaryCtxRelease(devices.get(device)),
                "cuDevicePrimaryCtxRelease", "device=" + device);
        ledger.released(ObjectKind.CONTEXT);
    }

    @Override
    public void setCurrent(MemorySegment context) {
        check(JCudaDriver.cuCtxSetCurrent(context.equals(MemorySegment.NULL) ? new CUcontext()
                : of(context, CUcontext.class)), "cuCtxSetCurrent", "");
    }

    @Override
    public long allocate(long bytes) {
        var out = new Allocated();
        check(JCudaDriver.cuMemAlloc(out, bytes), "cuMemAlloc", "bytes=" + bytes);
        ledger.created(ObjectKind.BUFFER);
        memory.put(out.address(), out);
        return out.address();
    }

    @Override
    public void free(long address) {
        check(JCudaDriver.cuMemFree(memory.remove(address)), "cuMemFree", "");
        ledger.released(ObjectKind.BUFFER);
    }

    /** A place in an allocation. */
    private CUdeviceptr at(long address) {
        Map.Entry<Long, Allocated> own = memory.floorEntry(address);
        return own.getValue().withByteOffset(address - own.getKey());
    }

    @Override
    public void write(long to, MemorySegment from) {
        check(JCudaDriver.cuMemcpyHtoD(at(to), new Host(from), from.byteSize()), "cuMemcpyHtoD",
                "bytes=" + from.byteSize());
    }

    @Override
    public void read(long from, MemorySegment to) {
        check(JCudaDriver.cuMemcpyDtoH(new Host(to), at(from), to.byteSize()), "cuMemcpyDtoH",
                "bytes=" + to.byteSize());
    }

    @Override
    public void copy(long from, long to, long bytes) {
        check(JCudaDriver.cuMemcpyDtoD(at(to), at(from), bytes), "cuMemcpyDtoD",
                "bytes=" + bytes);
    }

    @Override
    public void fill(long address, byte value, long bytes) {
        check(JCudaDriver.cuMemsetD8(at(address), value, bytes), "cuMemsetD8", "bytes=" + bytes);
    }

    @Override
    public void write(long to, MemorySegment from, MemorySegment stream) {
        check(JCudaDriver.cuMemcpyHtoDAsync(at(to), new Host(from), from.byteSize(),
                stream(stream)), "cuMemcpyHtoDAsync", "bytes=" + from.byteSize());
    }

    @Override
    public void read(long from, MemorySegment to, MemorySegment stream) {
        check(JCudaDriver.cuMemcpyDtoHAsync(new Host(to), at(from), to.byteSize(),
                stream(stream)), "cuMemcpyDtoHAsync", "bytes=" + to.byteSize());
    }

    @Override
    public void fill(long address, byte value, long bytes, MemorySegment stream) {
        check(JCudaDriver.cuMemsetD8Async(at(address), value, bytes, stream(stream)),
                "cuMemsetD8Async", "bytes=" + bytes);
    }

    @Override
    public int maxThreads(MemorySegment function) {
        int[] out = new int[1];
        check(JCudaDriver.cuFuncGetAttribute(out, 0, of(function, CUfunction.class)),
                "cuFuncGetAttribute", "");
        return out[0];
    }

    @Override
    public MemorySegment loadModule(byte[] image) {
        var module = new CUmodule();
        // a text ends with a zero, which harms no cubin
        check(JCudaDriver.cuModuleLoadData(module, Arrays.copyOf(image, image.length + 1)),
                "cuModuleLoadData", "bytes=" + image.length);
        return created(ObjectKind.MODULE, module);
    }

    @Override
    public MemorySegment function(MemorySegment module, String name) {
        var function = new CUfunction();
        check(JCudaDriver.cuModuleGetFunction(function, of(module, CUmodule.class), name),
                "cuModuleGetFunction", "name=" + name);
        return handle(function);
    }

    @Override
    public MemorySegment createStream() {
        var stream = new CUstream();
        check(JCudaDriver.cuStreamCreate(stream, 1), "cuStreamCreate", "flags=1");
        return created(ObjectKind.STREAM, stream);
    }

    @Override
    public MemorySegment createEvent() {
        var event = new CUevent();
        check(JCudaDriver.cuEventCreate(event, 0), "cuEventCreate", "flags=0");
        return created(ObjectKind.EVENT, event);
    }

    @Override
    public void record(MemorySegment event, MemorySegment stream) {
        check(JCudaDriver.cuEventRecord(of(event, CUevent.class), stream(stream)),
                "cuEventRecord", "");
    }

    @Override
    public void finish(MemorySegment stream) {
        check(JCudaDriver.cuStreamSynchronize(stream(stream)), "cuStreamSynchronize", "");
    }

    @Override
    public void waitFor(MemorySegment event) {
        check(JCudaDriver.cuEventSynchronize(of(event, CUevent.class)), "cuEventSynchronize", "");
    }

    @Override
    public float elapsedMillis(MemorySegment from, MemorySegment to) {
        float[] out = new float[1];
        check(JCudaDriver.cuEventElapsedTime(out, of(from, CUevent.class),
                of(to, CUevent.class)), "cuEventElapsedTime", "");
        return out[0];
    }

    @Override
    public void launch(MemorySegment stream, MemorySegment function, Grid grid,
            MemorySegment arguments) {
        check(JCudaDriver.cuLaunchKernel(of(function, CUfunction.class), grid.blocksX(),
                grid.blocksY(), grid.blocksZ(), grid.threads(), 1, 1, grid.sharedBytes(),
                stream(stream), new Host(arguments), null), "cuLaunchKernel", "grid=" + grid);
    }

    @Override
    public void beginCapture(MemorySegment stream) {
        check(JCudaDriver.cuStreamBeginCapture(stream(stream), 1), "cuStreamBeginCapture",
                "mode=1");
    }

    @Override
    public MemorySegment endCapture(MemorySegment stream) {
        var graph = new CUgraph();
        check(JCudaDriver.cuStreamEndCapture(stream(stream), graph), "cuStreamEndCapture", "");
        var executable = new CUgraphExec();
        try {
            check(JCudaDriver.cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate", "");
        } finally {
            JCudaDriver.cuGraphDestroy(graph);
        }
        return created(ObjectKind.GRAPH, executable);
    }

    @Override
    public void abandonCapture(MemorySegment stream) {
        var graph = new CUgraph();
        if (JCudaDriver.cuStreamEndCapture(stream(stream), graph) == 0) {
            JCudaDriver.cuGraphDestroy(graph);
        }
    }

    @Override
    public void launchGraph(MemorySegment graph, MemorySegment stream) {
        check(JCudaDriver.cuGraphLaunch(of(graph, CUgraphExec.class), stream(stream)),
                "cuGraphLaunch", "");
    }

    @Override
    public void release(ObjectKind kind, MemorySegment object) {
        switch (kind) {
            case STREAM -> check(JCudaDriver.cuStreamDestroy(stream(object)), "cuStreamDestroy",
                    "");
            case EVENT -> check(JCudaDriver.cuEventDestroy(of(object, CUevent.class)),
                    "cuEventDestroy", "");
            case MODULE -> check(JCudaDriver.cuModuleUnload(of(object, CUmodule.class)),
                    "cuModuleUnload", "");
            case GRAPH -> check(JCudaDriver.cuGraphExecDestroy(of(object, CUgraphExec.class)),
                    "cuGraphExecDestroy", "");
            case CONTEXT, BUFFER -> throw new IllegalArgumentException(kind + " is no pointer");
        }
        objects.remove(object.address());
        ledger.released(kind);
    }

    @Override
    public String nameOf(int code) {
        String[] out = new String[1];
        int failed = JCudaDriver.cuGetErrorName(code, out);
        return failed != 0 || out[0] == null ? "a code without a name" : out[0];
    }

    private MemorySegment created(ObjectKind kind, NativePointerObject object) {
        ledger.created(kind);
        return handle(object);
    }

    private MemorySegment handle(NativePointerObject object) {
        objects.put(++handles, object);
        return MemorySegment.ofAddress(handles);
    }

    private <T> T of(MemorySegment handle, Class<T> type) {
        return type.cast(objects.get(handle.address()));
    }

    private CUstream stream(MemorySegment handle) {
        return of(handle, CUstream.class);
    }
}
