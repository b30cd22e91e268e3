package dev.skein.ffi.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skein.ffi.AllocationLedger;
import dev.skein.ffi.Answer;
import dev.skein.ffi.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** The calls through {@code java.lang.foreign}; no text of CUDA's header is used. */
final class FfmDriver implements Driver {
    private static final int NAME_BYTES = 256;
    /** A fact of the binary interface: the configuration of a launch, and where its fields lie. */
    private static final int LAUNCH_BYTES = 56;
    private static final int SHARED_AT = 24;
    private static final int STREAM_AT = 32;

    /** Names and forms; a suffix is the version of the function that a header would choose. */
    private static final Map<String, Class<?>> FUNCTIONS = Map.ofEntries(
            Map.entry("cuInit", Calls.OfInt.class),
            Map.entry("cuDriverGetVersion", Calls.OfPointer.class),
            Map.entry("cuGetErrorName", Calls.IntPointer.class),
            Map.entry("cuDeviceGetCount", Calls.OfPointer.class),
            Map.entry("cuDeviceGet", Calls.PointerInt.class),
            Map.entry("cuDeviceGetName", Calls.PointerIntInt.class),
            Map.entry("cuDeviceGetAttribute", Calls.PointerIntInt.class),
            Map.entry("cuDeviceTotalMem_v2", Calls.PointerInt.class),
            Map.entry("cuDevicePrimaryCtxRetain", Calls.PointerInt.class),
            Map.entry("cuDevicePrimaryCtxRelease_v2", Calls.OfInt.class),
            Map.entry("cuCtxSetCurrent", Calls.OfPointer.class),
            Map.entry("cuMemAlloc_v2", Calls.PointerLong.class),
            Map.entry("cuMemFree_v2", Calls.OfLong.class),
            Map.entry("cuMemcpyHtoD_v2", Calls.ToDevice.class),
            Map.entry("cuMemcpyDtoH_v2", Calls.FromDevice.class),
            Map.entry("cuMemcpyDtoD_v2", Calls.Within.class),
            Map.entry("cuMemsetD8_v2", Calls.Fill.class),
            Map.entry("cuMemcpyHtoDAsync_v2", Calls.ToDeviceInOrder.class),
            Map.entry("cuMemcpyDtoHAsync_v2", Calls.FromDeviceInOrder.class),
            Map.entry("cuMemsetD8Async", Calls.FillInOrder.class),
            Map.entry("cuFuncGetAttribute", Calls.PointerIntPointer.class),
            Map.entry("cuModuleLoadData", Calls.TwoPointers.class),
            Map.entry("cuModuleGetFunction", Calls.ThreePointers.class),
            Map.entry("cuModuleUnload", Calls.OfPointer.class),
            Map.entry("cuStreamCreate", Calls.PointerInt.class),
            Map.entry("cuStreamSynchronize", Calls.OfPointer.class),
            Map.entry("cuStreamDestroy_v2", Calls.OfPointer.class),
            Map.entry("cuEventCreate", Calls.PointerInt.class),
            Map.entry("cuEventRecord", Calls.TwoPointers.class),
            Map.entry("cuEventSynchronize", Calls.OfPointer.class),
            Map.entry("cuEventElapsedTime", Calls.ThreePointers.class),
            Map.entry("cuEventDestroy_v2", Calls.OfPointer.class),
            Map.entry("cuStreamBeginCapture_v2", Calls.PointerInt.class),
            Map.entry("cuStreamEndCapture", Calls.TwoPointers.class),
            Map.entry("cuGraphInstantiateWithFlags", Calls.TwoPointersLong.class),
            Map.entry("cuGraphDestroy", Calls.OfPointer.class),
            Map.entry("cuGraphLaunch", Calls.TwoPointers.class),
            Map.entry("cuGraphExecDestroy", Calls.OfPointer.class),
            Map.entry("cuLaunchKernelEx", Calls.FourPointers.class));

    private final Calls calls;
    private final AllocationLedger<ObjectKind> ledger =
            new AllocationLedger<>(ObjectKind.class);

    private FfmDriver(Calls calls) {
        this.calls = calls;
    }

    /** Looks all functions up. */
    static Answer<Driver> of(NativeLibrary library) {
        return switch (Calls.of(library, FUNCTIONS)) {
            case Answer.Found<Calls>(Calls calls) -> new Answer.Found<>(new FfmDriver(calls));
            case Answer.Missing<Calls>(String reason) -> Driver.missing(reason);
        };
    }

    @Override
    public AllocationLedger<ObjectKind> ledger() {
        return ledger;
    }

    @Override
    public int init() {
        return calls.get("cuInit", Calls.OfInt.class).call(0);
    }

    @Override
    public int version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(pointer("cuDriverGetVersion").call(out), "cuDriverGetVersion", "");
            return out.get(JAVA_INT, 0);
        }
    }

    @Override
    public int deviceCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(pointer("cuDeviceGetCount").call(out), "cuDeviceGetCount", "");
            return out.get(JAVA_INT, 0);
        }
    }

    @Override
    public int device(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(withInt("cuDeviceGet").call(out, index), "cuDeviceGet", "index=" + index);
            return out.get(JAVA_INT, 0);
        }
    }

    @Override
    public String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(NAME_BYTES);
            check(calls.get("cuDeviceGetName", Calls.PointerIntInt.class).call(out, NAME_BYTES,
                    device), "cuDeviceGetName", "device=" + device);
            return out.getString(0);
        }
    }

    @Override
    public int attribute(int device, int attribute) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(calls.get("cuDeviceGetAttribute", Calls.PointerIntInt.class).call(out, attribute,
                    device), "cuDeviceGetAttribute", "attribute=" + attribute);
            return out.get(JAVA_INT, 0);
        }
    }

    @Override
    public long memoryBytes(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check(withInt("cuDeviceTotalMem_v2").call(out, device), "cuDeviceTotalMem",
                    "device=" + device);
            return out.get(JAVA_LONG, 0);
        }
    }

    @Override
    public MemorySegment retainContext(int device) {
        return created(ObjectKind.CONTEXT, "cuDevicePrimaryCtxRetain", device, "device=");
    }

    @Override
    public void releaseContext(int device) {
        check(calls.get("cuDevicePrimaryCtxRelease_v2", Calls.OfInt.class).call(device),
                "cuDevicePrimaryCtxRelease", "device=" + device);
        ledger.released(ObjectKind.CONTEXT);
    }

    @Override
    public void setCurrent(MemorySegment context) {
        check(pointer("cuCtxSetCurrent").call(context), "cuCtxSetCurrent", "");
    }

    @Override
    public long allocate(long bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check(calls.get("cuMemAlloc_v2", Calls.PointerLong.class).call(out, bytes),
                    "cuMemAlloc", "bytes=" + bytes);
            ledger.created(ObjectKind.BUFFER);
            return out.get(JAVA_LONG, 0);
        }
    }

    @Override
    public void free(long address) {
        check(calls.get("cuMemFree_v2", Calls.OfLong.class).call(address), "cuMemFree", "");
        ledger.released(ObjectKind.BUFFER);
    }

    @Override
    public void write(long to, MemorySegment from) {
        check(calls.get("cuMemcpyHtoD_v2", Calls.ToDevice.class).call(to, from, from.byteSize()),
                "cuMemcpyHtoD", "bytes=" + from.byteSize());
    }

    @Override
    public void read(long from, MemorySegment to) {
        check(calls.get("cuMemcpyDtoH_v2", Calls.FromDevice.class).call(to, from, to.byteSize()),
                "cuMemcpyDtoH", "bytes=" + to.byteSize());
    }

    @Override
    public void copy(long from, long to, long bytes) {
        check(calls.get("cuMemcpyDtoD_v2", Calls.Within.class).call(to, from, bytes),
                "cuMemcpyDtoD", "bytes=" + bytes);
    }

    @Override
    public void fill(long address, byte value, long bytes) {
        check(calls.get("cuMemsetD8_v2", Calls.Fill.class).call(address, value, bytes),
                "cuMemsetD8", "bytes=" + bytes);
    }

    @Override
    public void write(long to, MemorySegment from, MemorySegment stream) {
        check(calls.get("cuMemcpyHtoDAsync_v2", Calls.ToDeviceInOrder.class).call(to, from,
                from.byteSize(), stream), "cuMemcpyHtoDAsync", "bytes=" + from.byteSize());
    }

    @Override
    public void read(long from, MemorySegment to, MemorySegment stream) {
        check(calls.get("cuMemcpyDtoHAsync_v2", Calls.FromDeviceInOrder.class).call(to, from,
                to.byteSize(), stream), "cuMemcpyDtoHAsync", "bytes=" + to.byteSize());
    }

    @Override
    public void fill(long address, byte value, long bytes, MemorySegment stream) {
        check(calls.get("cuMemsetD8Async", Calls.FillInOrder.class).call(address, value, bytes,
                stream), "cuMemsetD8Async", "bytes=" + bytes);
    }

    @Override
    public int maxThreads(MemorySegment function) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(calls.get("cuFuncGetAttribute", Calls.PointerIntPointer.class).call(out, 0,
                    function), "cuFuncGetAttribute", "");
            return out.get(JAVA_INT, 0);
        }
    }

    @Override
    public MemorySegment loadModule(byte[] image) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            // a text ends with a zero, which harms no cubin
            MemorySegment bytes = arena.allocate(image.length + 1L);
            MemorySegment.copy(MemorySegment.ofArray(image), 0, bytes, 0, image.length);
            check(calls.get("cuModuleLoadData", Calls.TwoPointers.class).call(out, bytes),
                    "cuModuleLoadData", "bytes=" + image.length);
            ledger.created(ObjectKind.MODULE);
            return out.get(ADDRESS, 0);
        }
    }

    @Override
    public MemorySegment function(MemorySegment module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(calls.get("cuModuleGetFunction", Calls.ThreePointers.class).call(out, module,
                    arena.allocateFrom(name)), "cuModuleGetFunction", "name=" + name);
            return out.get(ADDRESS, 0);
        }
    }

    @Override
    public MemorySegment createStream() {
        // 1: does not wait for the stream that every thread has
        return created(ObjectKind.STREAM, "cuStreamCreate", 1, "flags=");
    }

    @Override
    public MemorySegment createEvent() {
        return created(ObjectKind.EVENT, "cuEventCreate", 0, "flags=");
    }

    @Override
    public void record(MemorySegment event, MemorySegment stream) {
        check(calls.get("cuEventRecord", Calls.TwoPointers.class).call(event, stream),
                "cuEventRecord", "");
    }

    @Override
    public void finish(MemorySegment stream) {
        check(pointer("cuStreamSynchronize").call(stream), "cuStreamSynchronize", "");
    }

    @Override
    public void waitFor(MemorySegment event) {
        check(pointer("cuEventSynchronize").call(event), "cuEventSynchronize", "");
    }

    @Override
    public float elapsedMillis(MemorySegment from, MemorySegment to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_FLOAT);
            check(calls.get("cuEventElapsedTime", Calls.ThreePointers.class).call(out, from, to),
                    "cuEventElapsedTime", "");
            return out.get(JAVA_FLOAT, 0);
        }
    }

    @Override
    public void launch(MemorySegment stream, MemorySegment function, Grid grid,
            MemorySegment arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(LAUNCH_BYTES, ADDRESS.byteAlignment());
            int[] sizes = {grid.blocksX(), grid.blocksY(), grid.blocksZ(), grid.threads(), 1, 1};
            MemorySegment.copy(sizes, 0, config, JAVA_INT, 0, sizes.length);
            config.set(JAVA_INT, SHARED_AT, grid.sharedBytes());
            config.set(ADDRESS, STREAM_AT, stream);
            check(calls.get("cuLaunchKernelEx", Calls.FourPointers.class).call(config, function,
                    arguments, NULL), "cuLaunchKernelEx", "grid=" + grid);
        }
    }

    @Override
    public void beginCapture(MemorySegment stream) {
        // 1: what other threads do meanwhile is no matter
        check(withInt("cuStreamBeginCapture_v2").call(stream, 1), "cuStreamBeginCapture",
                "mode=1");
    }

    @Override
    public MemorySegment endCapture(MemorySegment stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(calls.get("cuStreamEndCapture", Calls.TwoPointers.class).call(stream, out),
                    "cuStreamEndCapture", "");
            MemorySegment graph = out.get(ADDRESS, 0);
            try {
                check(calls.get("cuGraphInstantiateWithFlags", Calls.TwoPointersLong.class)
                        .call(out, graph, 0), "cuGraphInstantiate", "");
                ledger.created(ObjectKind.GRAPH);
            } finally {
                pointer("cuGraphDestroy").call(graph);
            }
            return out.get(ADDRESS, 0);
        }
    }

    @Override
    public void abandonCapture(MemorySegment stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            int code = calls.get("cuStreamEndCapture", Calls.TwoPointers.class).call(stream, out);
            if (code == 0 && !out.get(ADDRESS, 0).equals(NULL)) {
                pointer("cuGraphDestroy").call(out.get(ADDRESS, 0));
            }
        }
    }

    @Override
    public void launchGraph(MemorySegment graph, MemorySegment stream) {
        check(calls.get("cuGraphLaunch", Calls.TwoPointers.class).call(graph, stream),
                "cuGraphLaunch", "");
    }

    @Override
    public void release(ObjectKind kind, MemorySegment object) {
        switch (kind) {
            case STREAM -> check(pointer("cuStreamDestroy_v2").call(object), "cuStreamDestroy", "");
            case EVENT -> check(pointer("cuEventDestroy_v2").call(object), "cuEventDestroy", "");
            case MODULE -> check(pointer("cuModuleUnload").call(object), "cuModuleUnload", "");
            case GRAPH -> check(pointer("cuGraphExecDestroy").call(object), "cuGraphExecDestroy",
                    "");
            case CONTEXT, BUFFER -> throw new IllegalArgumentException(kind + " is no pointer");
        }
        ledger.released(kind);
    }

    @Override
    public String nameOf(int code) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            int failed = calls.get("cuGetErrorName", Calls.IntPointer.class).call(code, out);
            return failed != 0 || out.get(ADDRESS, 0).equals(NULL)
                    ? "a code without a name" : text(out.get(ADDRESS, 0));
        }
    }

    @SuppressWarnings("restricted") // a constant of the driver, which ends with a zero
    private static String text(MemorySegment constant) {
        return constant.reinterpret(NAME_BYTES).getString(0);
    }

    private MemorySegment created(ObjectKind kind, String call, int argument, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(withInt(call).call(out, argument), call, name + argument);
            ledger.created(kind);
            return out.get(ADDRESS, 0);
        }
    }

    private Calls.OfPointer pointer(String name) {
        return calls.get(name, Calls.OfPointer.class);
    }

    private Calls.PointerInt withInt(String name) {
        return calls.get(name, Calls.PointerInt.class);
    }
}
