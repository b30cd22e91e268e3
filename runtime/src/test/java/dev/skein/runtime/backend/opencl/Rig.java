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
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** One kernel at a time: arrays in, arrays out. */
final class Rig implements AutoCloseable {
    private final Context context;
    private final CommandQueue queue;
    private final Program program;

    /** Local memory of so many bytes. */
    record Local(int bytes) {}

    /** An element of an array. */
    interface Element {
        float at(int index);
    }

    /** The array of some elements. */
    static float[] floats(int count, Element element) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = element.at(i);
        }
        return out;
    }

    Rig(OpenCl openCl) {
        this(openCl, Precision.EXACT, KernelSources.all());
    }

    /** Kernels of a mode, as they are or changed. */
    Rig(OpenCl openCl, Precision precision, String source) {
        context = openCl.devices().getFirst().createContext();
        queue = context.createQueue();
        program = context.build("skein.cl", source,
                KernelSources.options(precision).toArray(String[]::new));
    }

    /**
     * Runs a kernel. Arrays are copied to the device and, when it is done, back: all of them.
     *
     * @param arguments float[], int[], short[], byte[], Integer, Long, Float or {@link Local}
     */
    void run(String name, NdRange range, Object... arguments) {
        List<Buffer> buffers = new ArrayList<>();
        List<MemorySegment> arrays = new ArrayList<>();
        try (Kernel kernel = program.createKernel(name)) {
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case Integer value -> kernel.setInt(i, value);
                    case Long value -> kernel.setLong(i, value);
                    case Float value -> kernel.setFloat(i, value);
                    case Local local -> kernel.setLocal(i, local.bytes);
                    default -> {
                        MemorySegment array = array(arguments[i]);
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

    private static MemorySegment array(Object argument) {
        return switch (argument) {
            case float[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            case short[] a -> MemorySegment.ofArray(a);
            case byte[] a -> MemorySegment.ofArray(a);
            default -> throw new IllegalArgumentException("no argument: " + argument);
        };
    }

    @Override
    public void close() {
        context.close();
    }
}
