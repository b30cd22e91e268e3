package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.hls.isa.WeightBits;
import dev.skein.hls.isa.sample.RandomPrograms;
import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import dev.skein.sim.functional.CoreState;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.ExecutionMode;
import dev.skein.sim.functional.FunctionalMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Verified random programs on random boards: three machines, the same bits, the same cycles. */
class ValuesTest {
    private static final int PROGRAMS = Integer.getInteger("fuzz.programs", 300);
    private static final long FIRST = Long.getLong("fuzz.seed", 0);

    /** Contents of all regions of one program, and memories that hold them. */
    private static final class Contents {
        private final VerifiedProgram program;
        private final Map<Region, byte[]> bytes = new HashMap<>();

        Contents(VerifiedProgram program, long seed) {
            this.program = program;
            program.program().regions().forEach(r -> bytes.put(r, RandomPrograms.fill(r, seed)));
        }

        DeviceMemory memory() {
            DeviceMemory memory = DeviceMemory.of(List.of(program.program()),
                    r -> r.writable() || r.kind() == Region.Kind.INPUT ? null
                            : MemorySegment.ofArray(bytes.get(r)));
            bytes.forEach((r, b) -> {
                if (r.writable() || r.kind() == Region.Kind.INPUT) {
                    memory.write(r, 0, b);
                }
            });
            return memory;
        }
    }

    /** The values of the functional machine, and which classes of blocks it multiplied. */
    private record Counting(FunctionalValues values, Set<BlockClass> seen) implements Values {
        @Override
        public void execute(int core, Instruction instruction, Registers registers,
                long[] bases) {
            if (instruction instanceof Instruction.SparseMatrix i) {
                for (int strip = 0; strip < StripRows.strips(i.n()); strip++) {
                    seen.addAll(List.of(StripRows.classes(values.core(core).buffer(Space.WGT),
                            i.weight() + (long) strip * i.stripBytes(), i.k())));
                }
            }
            values.execute(core, instruction, registers, bases);
        }

        @Override
        public int rowNumber(int core, long address, int r) {
            return values.rowNumber(core, address, r);
        }
    }

    private static void sameState(String message, VerifiedProgram p, DeviceMemory expected,
            DeviceMemory found, IntFunction<CoreState> expectedCore,
            IntFunction<CoreState> foundCore) {
        for (Region r : p.program().regions()) {
            if (r.writable()) {
                assertArrayEquals(expected.read(r, 0, (int) r.bytes()),
                        found.read(r, 0, (int) r.bytes()), message + ", " + r);
            }
        }
        for (int c = 0; c < p.program().cores(); c++) {
            for (Space space : Space.values()) {
                assertArrayEquals(
                        expectedCore.apply(c).buffer(space).toArray(ValueLayout.JAVA_BYTE),
                        foundCore.apply(c).buffer(space).toArray(ValueLayout.JAVA_BYTE),
                        message + ", core " + c + ", " + space);
            }
        }
    }

    @Test
    void functionalEventAndTickAgree() {
        int gathers = 0;
        var seen = new HashSet<BlockClass>();
        for (long seed = FIRST; seed < FIRST + PROGRAMS; seed++) {
            var random = new SplittableRandom(seed);
            VerifiedProgram p = RandomPrograms.generate(seed, 1 + random.nextInt(3),
                    RandomPrograms.SMALLEST);
            int tokens = 1 + random.nextInt(p.program().maxTokens());
            int position = random.nextInt(p.program().maxContext() - tokens + 1);
            Board board = RandomBoards.of(seed);
            var contents = new Contents(p, seed);

            DeviceMemory straight = contents.memory();
            var functional = new FunctionalMachine(p, straight, ExecutionMode.SCALAR);
            functional.run(position, tokens);

            DeviceMemory byEvents = contents.memory();
            var eventValues = new FunctionalValues(p, byEvents, ExecutionMode.SCALAR);
            CycleReport event = new CycleMachine(p, board, new Counting(eventValues, seen))
                    .run(position, tokens);

            DeviceMemory byTicks = contents.memory();
            var tickValues = new FunctionalValues(p, byTicks, ExecutionMode.SCALAR);
            CycleReport tick = new TickMachine(p, board, tickValues).run(position, tokens);

            String message = "seed " + seed;
            assertEquals(tick, event, message);
            EventEqualsTickTest.sumsAreExact(event, message);
            sameState(message + " event", p, straight, byEvents, functional::core,
                    eventValues::core);
            sameState(message + " tick", p, straight, byTicks, functional::core,
                    tickValues::core);
            CycleReport timing = new CycleMachine(p, board, Values.NONE).run(position, tokens);
            if (event.opcodes().containsKey(Opcode.LDG)) {
                gathers++;
            } else {
                assertEquals(event, timing, message + ": values change the timing");
            }
        }
        assertTrue(gathers > 0 && gathers < PROGRAMS, gathers + " programs with LDG");
        for (SparsePattern pattern : SparsePattern.values()) {
            for (WeightBits bits : WeightBits.values()) {
                assertTrue(seen.contains(new BlockClass(pattern, bits)), pattern + " " + bits
                        + " was never multiplied");
            }
        }
    }

    @Test
    void aStripThatIsNoneIsOneLine() {
        for (long seed = 0;; seed++) {
            VerifiedProgram p = RandomPrograms.generate(seed, 1, RandomPrograms.SMALLEST);
            Board board = RandomBoards.of(seed);
            if (new CycleMachine(p, board, Values.NONE).run(0, 1).opcodes()
                    .containsKey(Opcode.SPMV)) {
                DeviceMemory memory = DeviceMemory.of(List.of(p.program()), r -> {
                    byte[] bytes = new byte[(int) r.bytes()];
                    java.util.Arrays.fill(bytes, (byte) (r.name().equals("strips") ? 0xff : 0));
                    return r.writable() || r.kind() == Region.Kind.INPUT ? null
                            : MemorySegment.ofArray(bytes);
                });
                var machine = new CycleMachine(p, board, new FunctionalValues(p, memory));
                String message = assertThrows(SimulationException.class, () -> machine.run(0, 1))
                        .getMessage();
                assertTrue(message.matches("program random-" + seed + ", core 0, spm[mv]: strip 0,"
                        + " block 0 of \\d+: block code 0xff: a pattern, .*"), message);
                return;
            }
        }
    }

    @Test
    void aTokenIdOutsideTheTableIsOneLine() {
        for (long seed = 0;; seed++) {
            VerifiedProgram p = RandomPrograms.generate(seed, 1, RandomPrograms.SMALLEST);
            Board board = RandomBoards.of(seed);
            if (new CycleMachine(p, board, Values.NONE).run(0, 1).opcodes()
                    .containsKey(Opcode.LDG)) {
                DeviceMemory memory = new Contents(p, seed).memory();
                for (Region r : p.program().regions()) {
                    if (r.kind() == Region.Kind.INPUT) {
                        byte[] negative = new byte[(int) r.bytes()];
                        java.util.Arrays.fill(negative, (byte) 0xff);
                        memory.write(r, 0, negative);
                    }
                }
                var machine = new CycleMachine(p, board, new FunctionalValues(p, memory));
                String message = assertThrows(SimulationException.class, () -> machine.run(0, 1))
                        .getMessage();
                assertTrue(message.matches("program random-" + seed + ", core 0, ldg: row number -1"
                        + " of token 0: .*"), message);
                return;
            }
        }
    }
}
