package dev.skein.sim.rtl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * The VPU of {@code skein_vpu.sv} under Verilator: rows of weights against two rows of int8 x each,
 * a step a cycle without pause.
 */
final class RtlVpu {
    /** Cycles from a step to its sum in the accumulators: LATENCY of skein_vpu.sv. */
    static final int LATENCY = 26;

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int RESULT_BYTES = 24;
    // offsets in a Step of cosim/vpu.cpp
    private static final int COLUMN = ChainStep.SLICES;
    private static final int HI = 2 * ChainStep.SLICES;
    private static final int LO = HI + 16 * ChainStep.GROUPS;
    private static final int SCALES = LO + 16 * ChainStep.GROUPS;
    private static final int CASCADE = SCALES + ChainStep.GROUPS;
    private static final int STEP_BYTES = CASCADE + 4;

    /** {@code skein_vpu_run} of cosim/vpu.cpp. */
    public interface Run {
        /** Results found, -1 if more than {@code capacity}. */
        int run(MemorySegment steps, int count, int idle, MemorySegment results, int capacity);
    }

    private final Run run;

    /**
     * Loads the library.
     *
     * @throws IOException if it is missing or of another version; the message says what to run
     */
    RtlVpu(Arena arena) throws IOException {
        var library = new RtlLibrary(arena);
        run = library.function("skein_vpu_run", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Run.class);
        int found = library.function("skein_vpu_step_bytes",
                FunctionDescriptor.of(ValueLayout.JAVA_INT), IntSupplier.class).getAsInt();
        if (found != STEP_BYTES) {
            throw RtlLibrary.buildIt("a step of the RTL's library has " + found
                    + " bytes, here " + STEP_BYTES);
        }
    }

    /**
     * One row against two rows of x.
     *
     * @param steps of the row
     * @param hi activations, int8, 16 a block
     * @param lo of the other row of x
     */
    record Vector(List<ChainStep> steps, byte[] hi, byte[] lo) {}

    /**
     * What a vector came to.
     *
     * @param hi exact sum of the first row of x
     * @param lo of the second
     * @param cycle at whose end both stood in the accumulators, from the first step of all on
     */
    record Sums(long hi, long lo, long cycle) {}

    /** The sums of vectors that follow each other without a pause. */
    List<Sums> run(List<Vector> vectors) {
        int count = vectors.stream().mapToInt(v -> v.steps().size()).sum();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment steps = arena.allocate((long) count * STEP_BYTES, 8);
            MemorySegment results = arena.allocate((long) vectors.size() * RESULT_BYTES, 8);
            long at = 0;
            for (Vector v : vectors) {
                for (int i = 0; i < v.steps().size(); i++) {
                    write(steps.asSlice(at, STEP_BYTES), v, i);
                    at += STEP_BYTES;
                }
            }
            int found = run.run(steps, count, LATENCY, results, vectors.size());
            if (found != vectors.size()) {
                throw new IllegalStateException(found + " results of " + vectors.size()
                        + " vectors");
            }
            var out = new ArrayList<Sums>();
            for (long r = 0; r < vectors.size(); r++) {
                out.add(new Sums(results.get(LONG, r * RESULT_BYTES),
                        results.get(LONG, r * RESULT_BYTES + 8),
                        results.get(LONG, r * RESULT_BYTES + 16)));
            }
            return out;
        }
    }

    private static void write(MemorySegment to, Vector v, int index) {
        ChainStep step = v.steps().get(index);
        copy(step.weights(), 0, to, 0, ChainStep.SLICES);
        copy(step.columns(), 0, to, COLUMN, ChainStep.SLICES);
        for (int g = 0; g < ChainStep.GROUPS; g++) {
            copy(v.hi(), 16 * step.blocks()[g], to, HI + 16 * g, 16);
            copy(v.lo(), 16 * step.blocks()[g], to, LO + 16 * g, 16);
            to.set(ValueLayout.JAVA_BYTE, SCALES + g, (byte) step.scales()[g]);
        }
        to.set(ValueLayout.JAVA_BYTE, CASCADE, (byte) step.cascade());
        to.set(ValueLayout.JAVA_BYTE, CASCADE + 1, (byte) 1);
        to.set(ValueLayout.JAVA_BYTE, CASCADE + 2, (byte) (index == 0 ? 1 : 0));
        to.set(ValueLayout.JAVA_BYTE, CASCADE + 3,
                (byte) (index == v.steps().size() - 1 ? 1 : 0));
    }

    private static void copy(byte[] from, int at, MemorySegment to, long offset, int bytes) {
        MemorySegment.copy(from, at, to, ValueLayout.JAVA_BYTE, offset, bytes);
    }
}
