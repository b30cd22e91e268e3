package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The DSP chain under Verilator against exact integers: every pattern N:16 alone and mixed, group
 * scales of every group size, extreme values; and its time against the rule of the cycle simulator.
 */
class VpuTest {
    private static final long SEED = 20261125;
    private static final int VECTORS = 20_000;
    private static final int MAX_BLOCKS = 12;
    private static final byte[] EXTREMES = {-127, 127, 0, 1, -1};

    private final Random random = new Random(SEED);
    private final Map<SparsePattern, Integer> alone = new EnumMap<>(SparsePattern.class);

    /** A vector, its exact sums, and the steps that its blocks take in a strip. */
    private record Case(RtlVpu.Vector vector, long hi, long lo, int steps) {}

    @Test
    void sumsAreExactAndTakeAStepACycle() throws IOException {
        assumeTrue(RtlLibrary.isBuilt(), "the RTL is not built: Verilator is not installed");
        var cases = new ArrayList<Case>();
        for (int i = 0; i < VECTORS; i++) {
            cases.add(vector(i));
        }
        for (SparsePattern p : SparsePattern.values()) {
            assertTrue(alone.get(p) >= VECTORS / 20, p + " alone: " + alone.get(p));
        }
        List<RtlVpu.Sums> found;
        try (Arena arena = Arena.ofConfined()) {
            found = new RtlVpu(arena).run(cases.stream().map(Case::vector).toList());
        }
        long cycle = RtlVpu.LATENCY;
        for (int i = 0; i < VECTORS; i++) {
            Case c = cases.get(i);
            String what = "vector " + i + " of seed " + SEED;
            assertEquals(c.steps, c.vector.steps().size(), "steps, " + what);
            cycle += c.steps;
            assertEquals(new RtlVpu.Sums(c.hi, c.lo, cycle - 1), found.get(i), what);
        }
    }

    /** One pattern for all blocks, or in every seventh vector one for each. */
    private Case vector(int index) {
        SparsePattern[] patterns = SparsePattern.values();
        boolean mixed = index % 7 == 6;
        SparsePattern pattern = patterns[index % patterns.length];
        if (!mixed) {
            alone.merge(pattern, 1, Integer::sum);
        }
        int blocks = 1 + random.nextInt(MAX_BLOCKS);
        int blocksPerScale = 1 << random.nextInt(4);
        boolean extreme = random.nextInt(4) == 0;
        byte[] hi = bytes(16 * blocks, extreme);
        byte[] lo = bytes(16 * blocks, extreme);
        var row = new ArrayList<ChainSchedule.Block>();
        var classes = new ArrayList<BlockClass>();
        long hiSum = 0;
        long loSum = 0;
        int scale = 0;
        for (int b = 0; b < blocks; b++) {
            SparsePattern p = mixed ? patterns[random.nextInt(patterns.length)] : pattern;
            scale = b % blocksPerScale == 0 ? extreme ? 255 : random.nextInt(256) : scale;
            int[] columns = random.ints(0, 16).distinct().limit(p.kept()).sorted().toArray();
            byte[] weights = bytes(p.kept(), extreme);
            for (int i = 0; i < columns.length; i++) {
                hiSum += (long) scale * weights[i] * hi[16 * b + columns[i]];
                loSum += (long) scale * weights[i] * lo[16 * b + columns[i]];
            }
            row.add(new ChainSchedule.Block(p, columns, weights, b / blocksPerScale, scale));
            classes.add(new BlockClass(p, WeightBits.W8));
        }
        return new Case(new RtlVpu.Vector(ChainSchedule.of(row), hi, lo), hiSum, loSum,
                StripRows.steps(classes));
    }

    /** Values in -127..127; the extreme ones are all alike in half of the cases. */
    private byte[] bytes(int count, boolean extreme) {
        byte[] out = new byte[count];
        byte alike = EXTREMES[random.nextInt(2)];
        boolean same = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            out[i] = !extreme ? (byte) (random.nextInt(255) - 127)
                    : same ? alike : EXTREMES[random.nextInt(EXTREMES.length)];
        }
        return out;
    }
}
