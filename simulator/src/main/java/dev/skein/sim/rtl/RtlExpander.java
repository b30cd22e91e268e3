package dev.skein.sim.rtl;

import dev.skein.hls.isa.WeightBits;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The bit-width expander of {@code skein_expander.sv} under Verilator. */
final class RtlExpander {
    private static final int UNIT = 16;

    /** {@code skein_expander_run} of cosim/expander.cpp. */
    public interface Run {
        /** Expands {@code count} units of {@code 2 * width} bytes. */
        void run(int bits, int width, MemorySegment units, int count, MemorySegment weights);
    }

    private final Run run;

    /**
     * Loads the library.
     *
     * @throws IOException if it is missing or of another version; the message says what to run
     */
    RtlExpander(Arena arena) throws IOException {
        run = new RtlLibrary(arena).function("skein_expander_run", FunctionDescriptor.ofVoid(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS), Run.class);
    }

    /** The weights of packed units that follow each other, one a cycle. */
    byte[] expand(WeightBits bits, MemorySegment units) {
        int count = Math.toIntExact(units.byteSize() / (2L * bits.bits()));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment weights = arena.allocate((long) UNIT * count);
            run.run(bits.ordinal(), bits.bits(), units, count, weights);
            return weights.toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
