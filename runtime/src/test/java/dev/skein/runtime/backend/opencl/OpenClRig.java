package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.ffi.opencl.Buffer;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Context;
import dev.skein.ffi.opencl.Kernel;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.ffi.opencl.Program;
import dev.skein.runtime.backend.gpu.GroupSizes;
import dev.skein.runtime.backend.gpu.Rig;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Kernels on the first OpenCL device. */
final class OpenClRig implements Rig {
    private final Context context;
    private final CommandQueue queue;
    private final Program program;

    OpenClRig(OpenCl openCl) {
        this(openCl, Precision.EXACT, KernelSources.all());
    }

    /** Kernels of a mode, as they are or changed. */
    OpenClRig(OpenCl openCl, Precision precision, String source) {
        context = openCl.devices().getFirst().createContext();
        queue = context.createQueue();
        program = context.build("skein.cl", source,
                KernelSources.options(precision).toArray(String[]::new));
    }

    @Override
    public List<GroupSizes> sizes() {
        return List.of(GroupSizes.PROCESSOR, GroupSizes.GPU);
    }

    @Override
    public void run(String name, NdRange range, Object... arguments) {
        List<Buffer> buffers = new ArrayList<>();
        List<MemorySegment> arrays = new ArrayList<>();
        try (Kernel kernel = program.createKernel(name)) {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case Integer value -> kernel.setInt(i, value);
                    case Long value -> kernel.setLong(i, value);
                    case Float value -> kernel.setFloat(i, value);
                    case Local local -> kernel.setLocal(i, local.bytes());
                    default -> {
                        MemorySegment array = Rig.array(arguments[i]);
                        Buffer buffer = context.createBuffer(array.byteSize());
                        queue.write(array, buffer, 0);
                        kernel.set(i, buffer);
                        buffers.add(buffer);
                        arrays.add(array);
                    }
                }
            }
            queue.launch(kernel, range);
            for (int i = 0; i < buffers.size(); i++) {
                queue.read(buffers.get(i), 0, arrays.get(i));
            }
        } finally {
            buffers.forEach(Buffer::close);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
