package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Region.Kind;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.Unit;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionalMachineTest {
    private static final Region TABLE =
            new Region("table", Memory.DDR, Region.SHARED, Kind.TABLES, 3, 0, 1024);
    private static final Region IDS =
            new Region("ids", Memory.DDR, Region.SHARED, Kind.INPUT, 4, 1024, 64);
    private static final Region LOGITS =
            new Region("logits", Memory.DDR, Region.SHARED, Kind.OUTPUT, 5, 2048, 64);
    private static final int WIDTH = 8;
    private static final int TOKENS = 4;

    /**
     * Each core gathers the rows of the tokens, squares its columns, shares them, and core 0 stores
     * the doubled last row.
     */
    private static List<Instruction> stream(int core, int cores) {
        int cols = WIDTH / cores;
        int half = 256 + 4 * cols * core;
        var gather = new Instruction.LoadGather(to(Unit.SFU), 0, 4 * WIDTH, 3, 0, 4 * WIDTH,
                IDS.offset(), Extent.tokens(1));
        var square = new Instruction.Ewise(new Tokens(Unit.LD.bit(), Unit.SYS.bit()),
                EwiseFunction.MUL, 4 * cols * core, 4 * WIDTH, Space.ACT, 4 * cols * core,
                4 * WIDTH, 1024, 4 * cols, Extent.tokens(1), cols, false);
        var share = new Instruction.Broadcast(new Tokens(Unit.SFU.bit(), 0), 1024, 4 * cols, half,
                4 * WIDTH, Extent.tokens(1), cols);
        var sync = new Instruction.Barrier(to(Unit.SFU), 256, 4 * TOKENS * WIDTH);
        var twice = new Instruction.Ewise(new Tokens(Unit.SYS.bit(),
                core == 0 ? Unit.ST.bit() : 0), EwiseFunction.ADD, 256, 4 * WIDTH, Space.ACT, 256,
                4 * WIDTH, 2048, 4 * WIDTH, Extent.fixed(1), WIDTH, true);
        var store = new Instruction.Store(new Tokens(Unit.SFU.bit(), 0), Space.ACT, 2048,
                Memory.DDR, 5, 0, 0, 4 * WIDTH, Extent.fixed(1));
        var end = new Instruction.End(Tokens.NONE);
        return core == 0 ? List.of(gather, square, share, sync, twice, store, end)
                : List.of(gather, square, share, sync, twice, end);
    }

    /** The same with so much to load that the cores run in parallel where they can. */
    private static Program heavy(int cores) {
        Program light = program(cores);
        var regions = new ArrayList<>(light.regions());
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < cores; core++) {
            int bytes = 1 << 20;
            regions.add(new Region("weights", Memory.HBM, core, Kind.WEIGHTS, 0, 0, bytes));
            var stream = new ArrayList<Instruction>(light.streams().get(core));
            stream.addFirst(new Instruction.Load(Tokens.NONE, Space.WGT, 0, Memory.HBM, 0, 0, 0,
                    bytes, Extent.fixed(1)));
            streams.add(stream);
        }
        return new Program("heavy", TOKENS, 16, new BufferSizes(4096, 1 << 20, 0), regions,
                streams);
    }

    private static Tokens to(Unit unit) {
        return new Tokens(0, unit.bit());
    }

    private static Program program(int cores) {
        var streams = new ArrayList<List<Instruction>>();
        for (int core = 0; core < cores; core++) {
            streams.add(stream(core, cores));
        }
        return new Program("squares", TOKENS, 16, new BufferSizes(4096, 0, 0),
                List.of(IDS, TABLE, LOGITS), streams);
    }

    /** Row r holds 10 r, 10 r + 1, ... */
    private static MemorySegment image(Region region) {
        if (region.kind() != Kind.TABLES) {
            return null;
        }
        var bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 256; i++) {
            bytes.putFloat(10f * (i / WIDTH) + i % WIDTH);
        }
        return MemorySegment.ofArray(bytes.array()).asReadOnly();
    }

    private static final class Setup {
        final DeviceMemory memory;
        final FunctionalMachine machine;

        Setup(Program program) {
            this(program, ExecutionMode.fastest());
        }

        Setup(Program program, ExecutionMode mode) {
            memory = DeviceMemory.of(List.of(program), FunctionalMachineTest::image);
            machine = new FunctionalMachine(ProgramVerifier.verify(program), memory, mode);
        }
    }

    @Test
    void coresMeetAtBarriers() {
        for (int cores : new int[] {1, 2, 4}) {
            var setup = new Setup(program(cores));
            for (int[] ids : new int[][] {{2}, {5, 31}, {1, 2, 3, 0}}) {
                setup.memory.writeTokens(ids);
                setup.machine.run(7, ids.length);
                float[] want = new float[WIDTH];
                for (int i = 0; i < WIDTH; i++) {
                    float x = 10f * ids[ids.length - 1] + i;
                    want[i] = 2 * x * x;
                }
                assertArrayEquals(want, setup.memory.readLogits(WIDTH), cores + " cores");
            }
            assertEquals(3 * (7 + 6 * (cores - 1)) - 3 * cores, setup.machine.instructions());
        }
    }

    @Test
    void coresInParallelGiveTheSame() {
        var alone = new Setup(program(4), ExecutionMode.SCALAR);
        var together = new Setup(heavy(4), new ExecutionMode(true, 2));
        for (int round = 0; round < 300; round++) {
            int[] ids = {round % 32, round * 7 % 32};
            alone.memory.writeTokens(ids);
            together.memory.writeTokens(ids);
            alone.machine.run(0, 2);
            together.machine.run(0, 2);
            assertArrayEquals(alone.memory.readLogits(WIDTH), together.memory.readLogits(WIDTH));
        }
        assertEquals(alone.machine.instructions() + 4 * 300, together.machine.instructions());
    }

    @Test
    void refusesLengthsItWasNotCompiledFor() {
        var machine = new Setup(program(1)).machine;
        machine.run(12, 4);
        for (int[] step : new int[][] {{0, 0}, {-1, 1}, {0, 5}, {13, 4}, {16, 1},
            {Integer.MAX_VALUE, 1}}) {
            var error = assertThrows(IllegalArgumentException.class,
                    () -> machine.run(step[0], step[1]));
            assertEquals("program squares: position " + step[0] + ", tokens " + step[1]
                    + "; allowed 1 to 4 tokens and position + tokens up to 16", error.getMessage());
        }
    }

    @Test
    void saysWhichInstructionFoundABadRow() {
        var setup = new Setup(program(2));
        setup.memory.writeTokens(1, 32);
        var error = assertThrows(IllegalStateException.class, () -> setup.machine.run(0, 2));
        assertEquals("program squares, core 0, instruction 0 (ldg): row number 32 of token 1: not"
                + " in region table", error.getMessage());
    }

    @Test
    void refusesAMemoryOfOtherCores() {
        var memory = DeviceMemory.of(List.of(program(2)), FunctionalMachineTest::image);
        var verified = ProgramVerifier.verify(program(4));
        var error = assertThrows(IllegalArgumentException.class,
                () -> new FunctionalMachine(verified, memory));
        assertEquals("program squares has 4 cores, the memory 2", error.getMessage());
    }
}
