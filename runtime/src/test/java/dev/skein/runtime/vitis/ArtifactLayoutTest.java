package dev.skein.runtime.vitis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.Boards;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.Memory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ArtifactLayoutTest {
    private static final long SEED = 20_260_101;

    /** Counted byte by byte with the memory's own map. */
    @Test
    void bytesOfAChannelAreThoseThatTheMapPutsThere() {
        OffChipMemory memory = Boards.load("u280").memory(Memory.HBM, 2);
        var random = new SplittableRandom(SEED);
        long[] held = new long[memory.channels()];
        for (long address = 0; address < 20_000; address++) {
            if (random.nextInt(16) == 0) {
                for (int c = 0; c < held.length; c++) {
                    assertEquals(held[c], ArtifactLayout.below(memory, c, address),
                            "seed " + SEED + ", channel " + c + " below " + address);
                }
            }
            assertEquals(held[memory.channel(address)], memory.local(address));
            held[memory.channel(address)]++;
        }
    }
}
