package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.number.PackedRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bit-width expander under Verilator gives back what the codec packed. */
class ExpanderTest {
    private static final long SEED = 20261125;
    private static final int WEIGHTS = 16 * 1000;

    @ParameterizedTest
    @EnumSource
    void unitsOfEveryWidthComeBack(WeightBits bits) throws IOException {
        assumeTrue(RtlLibrary.isBuilt(), "the RTL is not built: Verilator is not installed");
        var random = new Random(SEED);
        byte[] weights = new byte[WEIGHTS];
        int max = (1 << (bits.bits() - 1)) - 1;
        for (int i = 0; i < WEIGHTS; i++) {
            weights[i] = (byte) (random.nextInt(2 * max + 1) - max);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment packed = arena.allocate(PackedRows.unitBytes(bits, WEIGHTS), 16);
            PackedRows.pack(weights, new int[0], bits, 0, packed, 0);
            assertArrayEquals(weights, new RtlExpander(arena).expand(bits, packed),
                    bits + ", seed " + SEED);
        }
    }
}
