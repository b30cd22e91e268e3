package dev.skein.runtime.backend.cuda;

import dev.skein.compiler.gpu.CudaSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.cuda.Buffer;
import dev.skein.ffi.cuda.Context;
import dev.skein.ffi.cuda.CudaException;
import dev.skein.ffi.cuda.Event;
import dev.skein.ffi.cuda.Graph;
import dev.skein.ffi.cuda.Grid;
import dev.skein.ffi.cuda.Kernel;
import dev.skein.ffi.cuda.Module;
import dev.skein.ffi.cuda.Parameters;
import dev.skein.ffi.cuda.Stream;
import dev.skein.runtime.backend.gpu.GpuBuffer;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuKernel;
import dev.skein.runtime.backend.gpu.GroupSizes;
import dev.skein.runtime.backend.gpu.LaunchTime;
import dev.skein.runtime.backend.gpu.WorkRange;
import java.lang.foreign.MemorySegment;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A context with a stream and a module, which is compiled when its first kernel is needed. */
final class CudaDevice implements GpuDevice {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int ALIGNED = 16;

    /** {@code false} has every kernel launched by a call of its own. */
    static final String GRAPHS = "skein.cuda.graphs";

    private final Context context;
    private final Stream stream;
    private final String name;
    private final String source;
    private final Precision precision;
    private long bytes;
    private Module module;
    private final boolean graphs = Boolean.parseBoolean(System.getProperty(GRAPHS, "true"));
    private Event origin;
    private int pending;
    private Object last;
    private Graph graph;

    /** @param source OpenCL C, as {@link CudaSources#of} takes it */
    CudaDevice(Context context, String name, String source) {
        this(context, name, source, Precision.EXACT);
    }

    /** @param precision of what the compiler makes of the source */
    CudaDevice(Context context, String name, String source, Precision precision) {
        this.context = context;
        this.name = name;
        this.source = source;
        this.precision = precision;
        stream = context.createStream();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupSizes groupSizes() {
        return GroupSizes.CUDA;
    }

    @Override
    public GpuBuffer createBuffer(long size) {
        var memory = new Memory(context.createBuffer(size));
        bytes += size;
        return memory;
    }

    @Override
    public GpuKernel kernel(String kernel) {
        if (module == null) {
            module = context.load(CudaCompiler.ptx(CudaSources.of(source), precision));
        }
        return new Ready(module.kernel(kernel));
    }

    /** What comes a second time in a row is captured, since it may come often. */
    @Override
    public void repeat(Object key, Runnable launches) {
        if (!graphs) {
            launches.run();
        } else if (!key.equals(last)) {
            forget();
            last = key;
            launches.run();
        } else {
            if (graph == null) {
                graph = stream.capture(launches);
            }
            stream.launch(graph);
        }
    }

    private void forget() {
        last = null;
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }

    @Override
    public void finish() {
        stream.finish();
    }

    @Override
    public long bufferBytes() {
        return bytes;
    }

    @Override
    public boolean refused(RuntimeException failure) {
        return failure instanceof CudaException;
    }

    @Override
    public boolean outOfMemory(RuntimeException failure) {
        return failure instanceof CudaException e && e.isOutOfMemory();
    }

    @Override
    public void close() {
        context.close();
    }

    private final class Memory implements GpuBuffer {
        private final Buffer buffer;

        Memory(Buffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public long byteSize() {
            return buffer.byteSize();
        }

        @Override
        public void write(long offset, MemorySegment from) {
            if (from.byteSize() > 0) {
                stream.write(buffer, offset, from);
            }
        }

        @Override
        public void read(long offset, MemorySegment to) {
            if (to.byteSize() > 0) {
                stream.read(buffer, offset, to);
            } else {
                stream.finish();
            }
        }

        @Override
        public void fill(byte value) {
            stream.fill(buffer, value);
        }
    }

    private final class Ready implements GpuKernel {
        private final Kernel kernel;
        private final Parameters parameters = context.createParameters();
        private final TreeMap<Integer, Long> local = new TreeMap<>();

        Ready(Kernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public String name() {
            return kernel.name();
        }

        @Override
        public long maxGroupItems() {
            return kernel.maxThreads();
        }

        @Override
        public void set(int index, GpuBuffer memory) {
            parameters.set(index, ((Memory) memory).buffer);
        }

        @Override
        public void setInt(int index, int value) {
            parameters.set(index, value);
        }

        @Override
        public void setLong(int index, long value) {
            parameters.set(index, value);
        }

        @Override
        public void setFloat(int index, float value) {
            parameters.set(index, value);
        }

        /** A block has one piece of shared memory; each argument is told where its part begins. */
        @Override
        public void setLocal(int index, long size) {
            local.put(index, size);
            long at = 0;
            for (var part : local.entrySet()) {
                parameters.set(part.getKey(), at);
                at += Math.ceilDiv(part.getValue(), ALIGNED) * ALIGNED;
            }
        }

        @Override
        public void launch(WorkRange range) {
            long shared = local.values().stream()
                    .mapToLong(size -> Math.ceilDiv(size, ALIGNED) * ALIGNED).sum();
            stream.launch(kernel, Grid.of(Math.toIntExact(range.items() / range.groupItems()),
                    range.y(), range.groupItems(), Math.toIntExact(shared)), parameters);
        }

        @Override
        public Supplier<LaunchTime> launchTimed(WorkRange range) {
            if (pending++ == 0) {
                // times are in binary32, so they count from where they are asked for
                origin = context.createEvent();
                stream.record(origin);
            }
            Event from = context.createEvent();
            Event to = context.createEvent();
            stream.record(from);
            launch(range);
            stream.record(to);
            return () -> {
                try (from; to) {
                    to.waitFor();
                    return new LaunchTime(nanos(from), nanos(to));
                } finally {
                    if (--pending == 0) {
                        origin.close();
                    }
                }
            };
        }

        private long nanos(Event event) {
            return Math.round(event.millisSince(origin) * NANOS_PER_MILLI);
        }
    }
}
