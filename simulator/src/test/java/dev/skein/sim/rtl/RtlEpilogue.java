package dev.skein.sim.rtl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntSupplier;

/** The epilogue of {@code skein_epilogue.sv} under Verilator, a sum a cycle. */
final class RtlEpilogue {
    /** Cycles from a sum to its result: LATENCY of skein_epilogue.sv. */
    static final int LATENCY = 26;

    // offsets in the Operands of cosim/epilogue.cpp
    private static final int ROW_SCALE = 8;
    private static final int ACT_SCALE = 12;
    private static final int BIAS = 16;
    private static final int SCALED = 20;
    private static final int BIASED = 21;
    private static final int VALID = 22;
    private static final int OPERANDS_BYTES = 24;
    private static final int RESULT_BYTES = 16;

    /** {@code skein_epilogue_run} of cosim/epilogue.cpp. */
    public interface Run {
        /** Results found, -1 if more than {@code capacity}. */
        int run(MemorySegment operands, int count, int idle, MemorySegment results, int capacity);
    }

    private final Run run;

    /**
     * Loads the library.
     *
     * @throws IOException if it is missing or of another version; the message says what to run
     */
    RtlEpilogue(Arena arena) throws IOException {
        var library = new RtlLibrary(arena);
        run = library.function("skein_epilogue_run", FunctionDescriptor.of(ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS, ValueLayout.JAVA_INT), Run.class);
        int found = library.function("skein_epilogue_operands_bytes",
                FunctionDescriptor.of(ValueLayout.JAVA_INT), IntSupplier.class).getAsInt();
        if (found != OPERANDS_BYTES) {
            throw RtlLibrary.buildIt("operands of the epilogue in the RTL's library have " + found
                    + " bytes, here " + OPERANDS_BYTES);
        }
    }

    /**
     * A sum and what it is multiplied with.
     *
     * @param cycle in which it goes in
     * @param sum exact, of 48 bits
     * @param rowScale of the row of weights, if it has one; a float
     * @param actScale of the row of x
     * @param bias of the output, if it has one; a float
     */
    record Operands(long cycle, long sum, OptionalDouble rowScale, float actScale,
            OptionalDouble bias) {}

    /**
     * What came out.
     *
     * @param cycle behind which it stood there
     * @param bits binary32
     */
    record Result(long cycle, int bits) {}

    /** The results of operands in order of their cycles. */
    List<Result> run(List<Operands> all) {
        int cycles = Math.toIntExact(all.getLast().cycle() + 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate((long) cycles * OPERANDS_BYTES, 8);
            MemorySegment results = arena.allocate((long) all.size() * RESULT_BYTES, 8);
            for (Operands o : all) {
                write(in.asSlice(o.cycle() * OPERANDS_BYTES, OPERANDS_BYTES), o);
            }
            int found = run.run(in, cycles, LATENCY, results, all.size());
            if (found != all.size()) {
                throw new IllegalStateException(found + " results of " + all.size() + " sums");
            }
            var out = new ArrayList<Result>();
            for (long r = 0; r < found; r++) {
                out.add(new Result(results.get(ValueLayout.JAVA_LONG, r * RESULT_BYTES),
                        results.get(ValueLayout.JAVA_INT, r * RESULT_BYTES + 8)));
            }
            return out;
        }
    }

    private static void write(MemorySegment to, Operands o) {
        to.set(ValueLayout.JAVA_LONG, 0, o.sum());
        // where there is none, what must not count
        to.set(ValueLayout.JAVA_INT, ROW_SCALE, bits(o.rowScale().orElse(Double.NaN)));
        to.set(ValueLayout.JAVA_INT, ACT_SCALE, bits(o.actScale()));
        to.set(ValueLayout.JAVA_INT, BIAS, bits(o.bias().orElse(Double.NaN)));
        to.set(ValueLayout.JAVA_BYTE, SCALED, (byte) (o.rowScale().isPresent() ? 1 : 0));
        to.set(ValueLayout.JAVA_BYTE, BIASED, (byte) (o.bias().isPresent() ? 1 : 0));
        to.set(ValueLayout.JAVA_BYTE, VALID, (byte) 1);
    }

    private static int bits(double value) {
        return Float.floatToRawIntBits((float) value);
    }
}
