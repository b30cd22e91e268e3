package dev.skein.runtime.backend.gpu;

import dev.skein.ffi.opencl.NdRange;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** One kernel at a time on a device: arrays in, arrays out. */
public interface Rig extends AutoCloseable {

    /** Local memory of so many bytes. */
    record Local(int bytes) {}

    /** An element of an array. */
    interface Element {
        /** It. */
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

    /** The array that an argument is. */
    static MemorySegment array(Object argument) {
        return switch (argument) {
            case float[] a -> MemorySegment.ofArray(a);
            case int[] a -> MemorySegment.ofArray(a);
            case short[] a -> MemorySegment.ofArray(a);
            case byte[] a -> MemorySegment.ofArray(a);
            default -> throw new IllegalArgumentException("no argument: " + argument);
        };
    }

    /**
     * Runs a kernel. Arrays are copied to the device and, when it is done, back: all of them.
     *
     * @param arguments float[], int[], short[], byte[], Integer, Long, Float or {@link Local}
     */
    void run(String name, NdRange range, Object... arguments);

    /** How devices of its kind form groups. */
    List<GroupSizes> sizes();

    @Override
    void close();
}
