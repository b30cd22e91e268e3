package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.sim.functional.ScaledRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The epilogue under Verilator against the functional machine's, bit for bit and in the cycle that
 * its depth gives, with gaps in the stream of sums.
 */
class EpilogueTest {
    private static final long SEED = 20261126;
    private static final int BATCHES = 600;
    private static final int VECTORS = BATCHES * EpilogueCases.M * EpilogueCases.N;

    /** What the vectors must have among them. */
    private enum Corner {
        TIE_OF_SUM, SUBNORMAL, PLUS_ZERO, MINUS_ZERO, INFINITE, NAN, CANCELLED
    }

    private final Random gaps = new Random(SEED);
    private final List<RtlEpilogue.Operands> operands = new ArrayList<>();
    private final List<Integer> expected = new ArrayList<>();
    private final Map<Corner, Integer> corners = new EnumMap<>(Corner.class);
    private long cycle;

    @Test
    void everyBitIsTheFunctionalMachines() throws IOException {
        assumeTrue(RtlLibrary.isBuilt(), "the RTL is not built: Verilator is not installed");
        var cases = new EpilogueCases(SEED);
        for (int i = 0; i < BATCHES; i++) {
            add(cases.batch(i));
        }
        for (Corner corner : Corner.values()) {
            assertTrue(corners.getOrDefault(corner, 0) >= 1000, corner + ": " + corners);
        }
        List<RtlEpilogue.Result> found;
        try (Arena arena = Arena.ofConfined()) {
            found = new RtlEpilogue(arena).run(operands);
        }
        assertEquals(VECTORS, found.size());
        for (int i = 0; i < VECTORS; i++) {
            var o = operands.get(i);
            var want = new RtlEpilogue.Result(o.cycle() + RtlEpilogue.LATENCY, expected.get(i));
            if (!want.equals(found.get(i))) {
                assertEquals(want, found.get(i), "vector " + i + " of seed " + SEED + ": " + o);
            }
        }
    }

    private void add(EpilogueCases.Batch b) {
        float[] out = ScaledRows.of(b.sums(), b.rowScales(), b.biases(), b.actScales());
        for (int i = 0; i < out.length; i++) {
            int column = i % EpilogueCases.N;
            float actScale = b.actScales()[i / EpilogueCases.N];
            operands.add(new RtlEpilogue.Operands(cycle, b.sums()[i],
                    at(b.rowScales(), column), actScale, at(b.biases(), column)));
            expected.add(Float.floatToRawIntBits(out[i]));
            cycle += gaps.nextInt(8) == 0 ? 1 + gaps.nextInt(3) : 1;
            note(b.sums()[i], out[i], b.biases() == null ? 0f : b.biases()[column]);
        }
    }

    private static OptionalDouble at(float[] values, int index) {
        return values == null ? OptionalDouble.empty() : OptionalDouble.of(values[index]);
    }

    private void note(long sum, float out, float bias) {
        int below = 64 - Long.numberOfLeadingZeros(Math.abs(sum)) - 24;
        note(Corner.TIE_OF_SUM, below > 0 && Long.numberOfTrailingZeros(sum) == below - 1);
        note(Corner.SUBNORMAL, out != 0f && Math.abs(out) < Float.MIN_NORMAL);
        note(Corner.PLUS_ZERO, Float.floatToRawIntBits(out) == 0);
        note(Corner.MINUS_ZERO, Float.floatToRawIntBits(out) == 1 << 31);
        note(Corner.INFINITE, Float.isInfinite(out));
        note(Corner.NAN, Float.isNaN(out));
        note(Corner.CANCELLED, out == 0f && bias != 0f);
    }

    private void note(Corner corner, boolean reached) {
        corners.merge(corner, reached ? 1 : 0, Integer::sum);
    }
}
