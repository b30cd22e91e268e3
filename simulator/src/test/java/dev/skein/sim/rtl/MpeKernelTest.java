package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.sim.functional.MatrixOperation;
import dev.skein.sim.functional.MatrixOperation.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The kernel around the MPE, {@code skein_mpe_kernel.sv}, as a host drives it: registers, operands
 * and sums through AXI, whose both sides stall at random.
 */
class MpeKernelTest {
    private static final long SEED = 20261127;
    private static final int OPERATIONS = 32;
    /** ap_done and ap_ready, ap_idle, no ap_start. */
    private static final long DONE = 0b1110;

    /** {@code skein_mpe_kernel_run} of cosim/mpe_kernel.cpp. */
    public interface Run {
        /** The status register, or a refusal below 0. */
        long run(MemorySegment act, MemorySegment wgt, MemorySegment operation,
                MemorySegment sums, int seed, int again);
    }

    @Test
    void sumsComeThroughTheStreams() throws IOException {
        assumeTrue(RtlMpe.isBuilt(), "the RTL is not built: Verilator is not installed");
        try (Arena arena = Arena.ofConfined()) {
            Run run = new RtlLibrary(arena).function("skein_mpe_kernel_run",
                    FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), Run.class);
            for (int i = 0; i < OPERATIONS; i++) {
                Kind kind = Kind.values()[i % Kind.values().length];
                var tile = Tile.of(kind, new Random(SEED + i), arena);
                boolean again = i % 3 == 0;
                long[] expected = tile.sums();
                for (int s = 0; again && s < expected.length; s++) {
                    expected[s] *= 2;
                }
                MatrixOperation o = tile.operation();
                MemorySegment sums = arena.allocate(ValueLayout.JAVA_LONG, expected.length);
                String what = "operation " + i + " of seed " + SEED + ": " + o;
                assertEquals(DONE, run.run(tile.act(), tile.wgt(),
                        RtlMpe.operation(o, true, arena), sums, i, again ? 1 : 0), what);
                assertArrayEquals(expected, sums.toArray(ValueLayout.JAVA_LONG), what);
            }
        }
    }
}
