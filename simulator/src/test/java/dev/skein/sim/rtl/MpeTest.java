package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.isa.WeightBits;
import dev.skein.sim.functional.MatrixOperation;
import dev.skein.sim.functional.MatrixOperation.Kind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The MPE under Verilator, instruction by instruction: sums against exact integers, and cycles
 * against what the cycle simulator charges, for MM, MV, SPMM and SPMV of any width, pattern, group
 * size and odd size.
 */
class MpeTest {
    private static final long SEED = 20261126;
    private static final int OPERATIONS = Integer.getInteger("rtl.operations", 2_000);

    @Test
    void sumsAndCyclesAreThoseOfTheSimulators() throws IOException {
        assumeTrue(RtlMpe.isBuilt(), "the RTL is not built: Verilator is not installed");
        try (var mpe = new RtlMpe(); Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < OPERATIONS; i++) {
                Kind kind = Kind.values()[i % Kind.values().length];
                var tile = Tile.of(kind, new Random(SEED + i), arena);
                MatrixOperation o = tile.operation();
                String what = "operation " + i + " of seed " + SEED + ": " + o;
                long[] sums = new long[o.m() * o.n()];
                long cycles = mpe.run(o, tile.act(), tile.wgt(), sums, true);
                assertArrayEquals(tile.sums(), sums, what);
                assertEquals(mpe.expectedCycles(o), cycles, what);
            }
        }
    }

    /** A reduction in pieces, as over tiles of the context. */
    @Test
    void accumulatorsGoOnWhereTheyWereLeft() throws IOException {
        assumeTrue(RtlMpe.isBuilt(), "the RTL is not built: Verilator is not installed");
        try (var mpe = new RtlMpe(); Arena arena = Arena.ofConfined()) {
            for (Kind kind : Kind.values()) {
                var random = new Random(SEED);
                var tile = Tile.of(kind, random, arena);
                MatrixOperation o = tile.operation();
                long[] sums = new long[o.m() * o.n()];
                mpe.run(o, tile.act(), tile.wgt(), sums, true);
                mpe.run(o, tile.act(), tile.wgt(), sums, false);
                long[] twice = tile.sums();
                for (int i = 0; i < twice.length; i++) {
                    twice[i] *= 2;
                }
                assertArrayEquals(twice, sums, kind.toString());
            }
        }
    }

    @Test
    void refusesWhatDoesNotFitItsBuffers() throws IOException {
        assumeTrue(RtlMpe.isBuilt(), "the RTL is not built: Verilator is not installed");
        try (var mpe = new RtlMpe(); Arena arena = Arena.ofConfined()) {
            var o = new MatrixOperation(Kind.MV, 1, 8, 1 << 17, 0, 0, 0, WeightBits.W2, 0, false, 0,
                    0);
            var buffer = arena.allocate(1 << 20);
            var e = assertThrows(IllegalStateException.class,
                    () -> mpe.run(o, buffer, buffer, new long[8], true));
            assertTrue(e.getMessage().endsWith("larger than the buffers of the co-simulation"),
                    e.getMessage());
        }
    }
}
