package dev.skein.runtime.backend.opencl;

import dev.skein.ffi.opencl.Buffer;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Context;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.DeviceType;
import dev.skein.ffi.opencl.Event;
import dev.skein.ffi.opencl.EventTimes;
import dev.skein.ffi.opencl.Kernel;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.ffi.opencl.OpenClException;
import dev.skein.ffi.opencl.Program;
import dev.skein.runtime.backend.gpu.GpuBuffer;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuKernel;
import dev.skein.runtime.backend.gpu.GroupSizes;
import dev.skein.runtime.backend.gpu.LaunchTime;
import dev.skein.runtime.backend.gpu.WorkRange;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/** A context with a queue and a program, which is compiled when its first kernel is needed. */
final class OpenClDevice implements GpuDevice {
    private final Context context;
    private final CommandQueue queue;
    private final String name;
    private final String source;
    private final List<String> options;
    private CommandQueue profiling;
    private Program program;

    /** @param source OpenCL C */
    OpenClDevice(Context context, String name, String source, List<String> options) {
        this.context = context;
        this.name = name;
        this.source = source;
        this.options = List.copyOf(options);
        queue = context.createQueue();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupSizes groupSizes() {
        return sizes(context.device());
    }

    private static GroupSizes sizes(Device device) {
        return device.info().type() == DeviceType.CPU ? GroupSizes.PROCESSOR : GroupSizes.GPU;
    }

    @Override
    public GpuBuffer createBuffer(long bytes) {
        return new Memory(context.createBuffer(bytes));
    }

    @Override
    public GpuKernel kernel(String kernel) {
        if (program == null) {
            program = context.build("skein.cl", source, options.toArray(String[]::new));
        }
        return new Ready(program.createKernel(kernel));
    }

    @Override
    public void finish() {
        queue.finish();
    }

    @Override
    public long bufferBytes() {
        return context.bufferBytes();
    }

    @Override
    public boolean refused(RuntimeException failure) {
        return failure instanceof OpenClException;
    }

    @Override
    public boolean outOfMemory(RuntimeException failure) {
        return failure instanceof OpenClException e && e.isOutOfMemory();
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
            queue.write(from, buffer, offset);
        }

        @Override
        public void read(long offset, MemorySegment to) {
            queue.read(buffer, offset, to);
        }

        @Override
        public void fill(byte value) {
            queue.fill(buffer, 0, buffer.byteSize(), value);
        }
    }

    private final class Ready implements GpuKernel {
        private final Kernel kernel;

        Ready(Kernel kernel) {
            this.kernel = kernel;
        }

        @Override
        public String name() {
            return kernel.name();
        }

        @Override
        public long maxGroupItems() {
            return kernel.maxGroupItems();
        }

        @Override
        public void set(int index, GpuBuffer memory) {
            kernel.set(index, ((Memory) memory).buffer);
        }

        @Override
        public void setInt(int index, int value) {
            kernel.setInt(index, value);
        }

        @Override
        public void setLong(int index, long value) {
            kernel.setLong(index, value);
        }

        @Override
        public void setFloat(int index, float value) {
            kernel.setFloat(index, value);
        }

        @Override
        public void setLocal(int index, long bytes) {
            kernel.setLocal(index, bytes);
        }

        @Override
        public void launch(WorkRange range) {
            queue.launch(kernel, nd(range));
        }

        @Override
        public Supplier<LaunchTime> launchTimed(WorkRange range) {
            if (profiling == null) {
                profiling = context.createProfilingQueue();
            }
            queue.finish();
            Event event = profiling.launchWithEvent(kernel, nd(range));
            return () -> {
                try (event) {
                    EventTimes times = event.times();
                    return new LaunchTime(times.startedNanos(), times.endedNanos());
                }
            };
        }

        private static NdRange nd(WorkRange range) {
            return range.y() == 1 ? NdRange.of(range.items(), range.groupItems())
                    : new NdRange(2, range.items(), range.y(), range.groupItems(), 1);
        }
    }
}
