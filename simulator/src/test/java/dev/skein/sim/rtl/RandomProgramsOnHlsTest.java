package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.hls.isa.sample.RandomPrograms;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.Execution;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Verified random programs on the HLS kernels and on the functional machine: the same bits in all
 * memories and buffers, whatever the order in which units get their turns. On the board with
 * parameter channels, since the programs use them.
 */
class RandomProgramsOnHlsTest {
    private static final int PROGRAMS = Integer.getInteger("fuzz.programs", 150);
    private static final long FIRST = Long.getLong("fuzz.seed", 0);

    private static HlsLibrary library;

    @BeforeAll
    static void build() throws Exception {
        library = Kernels.of("u280-flightllm");
    }

    static DeviceMemory memory(VerifiedProgram p, long seed) {
        DeviceMemory memory = DeviceMemory.of(List.of(p.program()),
                r -> r.writable() || r.kind() == Region.Kind.INPUT ? null
                        : MemorySegment.ofArray(RandomPrograms.fill(r, seed)));
        for (Region r : p.program().regions()) {
            if (r.writable() || r.kind() == Region.Kind.INPUT) {
                memory.write(r, 0, RandomPrograms.fill(r, seed));
            }
        }
        return memory;
    }

    @Test
    void allMemoriesAndBuffersAreEqual() {
        var coverage = new Coverage();
        for (long seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
            var random = new SplittableRandom(seed);
            VerifiedProgram p = RandomPrograms.generate(seed, 1 + random.nextInt(3),
                    RandomPrograms.SMALLEST);
            int tokens = 1 + random.nextInt(p.program().maxTokens());
            int position = random.nextInt(p.program().maxContext() - tokens + 1);
            DeviceMemory expected = memory(p, seed);
            Execution functional = coverage.run(p, expected, position, tokens);
            DeviceMemory found = memory(p, seed);
            try (var machine = new HlsMachine(p, found, new HlsCard(library, seed))) {
                machine.run(position, tokens);
                compare("seed " + seed, p, expected, functional, found, machine);
            }
        }
        coverage.assertWhole();
    }

    private void compare(String what, VerifiedProgram p, DeviceMemory expected,
            Execution functional, DeviceMemory found, HlsMachine machine) {
        for (Region r : p.program().regions()) {
            assertArrayEquals(expected.read(r, 0, (int) r.bytes()),
                    found.read(r, 0, (int) r.bytes()), what + ", " + r);
        }
        for (int core = 0; core < p.program().cores(); core++) {
            for (Space space : Space.values()) {
                assertArrayEquals(
                        functional.core(core).buffer(space).toArray(ValueLayout.JAVA_BYTE),
                        machine.buffer(core, space).toArray(ValueLayout.JAVA_BYTE),
                        what + ", core " + core + ", " + space);
            }
        }
    }
}
