package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomProgramsTest {
    @Test
    void allAreAcceptedAndEveryInstructionOccurs() {
        Set<Opcode> seen = EnumSet.noneOf(Opcode.class);
        for (long seed = 0; seed < 300; seed++) {
            Program p;
            try {
                p = RandomPrograms.generate(seed, 1 + (int) (seed % 3), RandomPrograms.SMALLEST)
                        .program();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
            p.streams().forEach(s -> s.forEach(i -> seen.add(i.opcode())));
        }
        assertEquals(EnumSet.allOf(Opcode.class), seen);
    }
}
