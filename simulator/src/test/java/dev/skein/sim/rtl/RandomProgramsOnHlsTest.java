package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.isa.sample.RandomPrograms;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.ExecutionMode;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Verified random programs on the HLS kernels and on the functional machine: the same bits in all
 * memories and buffers, whatever the order in which units get their turns. On the board with
 * parameter channels, since the programs use them.
 */
class RandomProgramsOnHlsTest {
    private static final int PROGRAMS = Integer.getInteger("fuzz.programs", 300);
    private static final long FIRST = Long.getLong("fuzz.seed", 0);

    private static HlsLibrary library;

    private final Set<Opcode> opcodes = EnumSet.noneOf(Opcode.class);
    private final Set<EwiseFunction> functions = EnumSet.noneOf(EwiseFunction.class);
    private final Set<WeightBits> widths = EnumSet.noneOf(WeightBits.class);
    private final Set<BlockClass> classes = new HashSet<>();

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
        for (long seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
            var random = new SplittableRandom(seed);
            VerifiedProgram p = RandomPrograms.generate(seed, 1 + random.nextInt(3),
                    RandomPrograms.SMALLEST);
            int tokens = 1 + random.nextInt(p.program().maxTokens());
            int position = random.nextInt(p.program().maxContext() - tokens + 1);
            DeviceMemory expected = memory(p, seed);
            var functional = new FunctionalMachine(p, expected, ExecutionMode.SCALAR);
            functional.run(position, tokens);
            DeviceMemory found = memory(p, seed);
            try (var machine = new HlsMachine(p, found, new HlsCard(library, seed))) {
                machine.run(position, tokens);
                compare("seed " + seed, p, expected, functional, found, machine);
                assertEquals(functional.instructions() + p.program().cores(),
                        machine.instructions(), "seed " + seed);
            }
            p.program().streams().forEach(s -> s.forEach(i -> seen(i, functional)));
        }
        assertEquals(EnumSet.allOf(Opcode.class), opcodes, "instructions");
        assertEquals(EnumSet.allOf(EwiseFunction.class), functions, "functions");
        assertEquals(EnumSet.allOf(WeightBits.class), widths, "dense widths");
        for (SparsePattern pattern : SparsePattern.values()) {
            for (WeightBits bits : WeightBits.values()) {
                assertTrue(classes.contains(new BlockClass(pattern, bits)), pattern + " " + bits
                        + " was never multiplied");
            }
        }
    }

    private void compare(String what, VerifiedProgram p, DeviceMemory expected,
            FunctionalMachine functional, DeviceMemory found, HlsMachine machine) {
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

    private void seen(Instruction instruction, FunctionalMachine functional) {
        opcodes.add(instruction.opcode());
        switch (instruction) {
            case Instruction.Ewise i -> functions.add(i.fn());
            case Instruction.Matrix i -> widths.add(i.bits());
            case Instruction.SparseMatrix i -> strips(i, functional);
            default -> { }
        }
    }

    /** The classes of a tile that is still in the buffer: what lies there has just been used. */
    private void strips(Instruction.SparseMatrix i, FunctionalMachine functional) {
        for (int core = 0; core < functional.program().cores(); core++) {
            if (!functional.program().streams().get(core).contains(i)) {
                continue;
            }
            for (int strip = 0; strip < StripRows.strips(i.n()); strip++) {
                try {
                    classes.addAll(List.of(StripRows.check(functional.core(core)
                            .buffer(Space.WGT), i.weight() + (long) strip * i.stripBytes(), i.k(),
                            i.group(), i.stripBytes(), i.steps())));
                } catch (IllegalArgumentException e) {
                    return; // overwritten since
                }
            }
        }
    }
}
