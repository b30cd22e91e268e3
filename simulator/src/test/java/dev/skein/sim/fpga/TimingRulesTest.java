package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.AddressMap;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.ClockRatio;
import dev.skein.hls.board.Control;
import dev.skein.hls.board.Dram;
import dev.skein.hls.board.DramTiming;
import dev.skein.hls.board.Fetch;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.TransferRates;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.Unit;
import dev.skein.hls.isa.WeightBits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hand-computed schedules, on both machines. MV of one tile is 1 + fill 32 = 33 cycles. */
class TimingRulesTest {
    private static final Instruction END = new Instruction.End(Tokens.NONE);

    /**
     * The U280 with dispatch 1, tokens 3 cycles, this queue depth, and memories at the kernel
     * clock: rows of 1 KiB, open after 4 cycles, 64 B a cycle, first burst with the core after 25.
     */
    private static Board board(int queueDepth) {
        return board(queueDepth, 1, new Fetch(Fetch.Source.CHIP, 32, 64, 0));
    }

    private static Board board(int queueDepth, int outstanding, Fetch fetch) {
        return board(queueDepth, outstanding, fetch, TransferRates.FULL);
    }

    private static Board board(int queueDepth, int outstanding, Fetch fetch,
            TransferRates rates) {
        var timing = new DramTiming(4, 4, 8, 12, 1, 1, 4, 1, 1, 1, 0, 2, 4, 4, 5, 59, 30, 877);
        var dram = new Dram(new ClockRatio(1, 1), 64, 64, 64, 1024, AddressMap.parse("R-4B-C", 1,
                16), false, false, 1, timing, 25);
        return RandomBoards.with(Boards.load("u280"),
                new Control(queueDepth, 1, 3, outstanding, rates), fetch,
                OffChipMemory.local(0, 8, 256 << 20, 64, 0, dram),
                OffChipMemory.local(0, 2, 1L << 34, 4096, 0, new Dram(new ClockRatio(1, 1), 64, 64,
                        64, 1024, dram.map(), false, false, 1, timing, 18)));
    }

    private static Tokens tokens(List<Unit> waits, List<Unit> releases) {
        return new Tokens(waits.stream().mapToInt(Unit::bit).sum(),
                releases.stream().mapToInt(Unit::bit).sum());
    }

    private static Tokens after(Unit unit) {
        return tokens(List.of(unit), List.of());
    }

    private static Tokens before(Unit unit) {
        return tokens(List.of(), List.of(unit));
    }

    private static Instruction mv(Tokens t) {
        return new Instruction.MatVec(t, 0, 64, WeightBits.W8, 0, true, false, false, 0, 4, 0, 0, 0,
                64, Extent.fixed(1), Extent.fixed(1), Extent.fixed(1));
    }

    /** 1 + 6 cycles. */
    private static Instruction copy(Tokens t) {
        return new Instruction.Ewise(t, EwiseFunction.COPY, 0, 64, Space.ACT, 0, 0, 64, 64,
                Extent.fixed(1), 16, false);
    }

    private static Instruction load(Tokens t, long offset, int bytes) {
        return new Instruction.Load(t, Space.WGT, 0, Memory.HBM, 1, offset, 0, bytes,
                Extent.fixed(1));
    }

    private static CycleReport run(Board board, List<List<Instruction>> streams) {
        var ended = new ArrayList<List<Instruction>>();
        for (List<Instruction> s : streams) {
            var stream = new ArrayList<>(s);
            stream.add(END);
            ended.add(stream);
        }
        Program program = RandomStreams.program(ended);
        CycleReport event = new CycleMachine(program, board, Values.NONE).run(0, 1);
        assertEquals(new TickMachine(program, board, Values.NONE).run(0, 1), event);
        EventEqualsTickTest.sumsAreExact(event, "sums");
        return event;
    }

    private static UnitCycles unit(CycleReport r, int core, Unit unit) {
        return r.cores().get(core).unit(unit);
    }

    private static UnitCycles cycles(long n, long busy, long waitMemory, long waitPeer, Unit from,
            long waitToken, long waitDispatch, long idle) {
        var tokens = new ArrayList<>(List.of(0L, 0L, 0L, 0L, 0L));
        tokens.set(from.ordinal(), waitToken);
        return new UnitCycles(n, busy, waitMemory, waitPeer, tokens, waitDispatch, 0, idle);
    }

    @Test
    void aFullQueueBlocksDispatch() {
        // enter 1, 3, 36; start 2, 35, 68; end 35, 68, 101; END at 101 + 3
        CycleReport r = run(board(1),
                List.of(List.of(mv(Tokens.NONE), mv(Tokens.NONE), mv(Tokens.NONE))));
        assertEquals(104, r.cycles());
        assertEquals(new SequencerCycles(4, 1 + 32, 67, 0, 0), r.cores().getFirst().sequencer());
        assertEquals(cycles(3, 99, 0, 0, Unit.LD, 0, 2, 3), unit(r, 0, Unit.MPE));
        assertEquals(new OpcodeCycles(3, 99), r.opcodes().get(Opcode.MV));
    }

    @Test
    void aTokenIsSeenAfterItsLatency() {
        // MV 2..35, token seen at 38, copy 38..45, END at 48
        CycleReport r = run(board(4),
                List.of(List.of(mv(before(Unit.SFU)), copy(after(Unit.MPE)))));
        assertEquals(48, r.cycles());
        assertEquals(cycles(1, 7, 0, 0, Unit.MPE, 35, 3, 3), unit(r, 0, Unit.SFU));
    }

    @Test
    void tokensAreTakenInOrder() {
        // two MVs release; the copies take one token each: 38..45 and (second MV 35..68) 71..78
        CycleReport r = run(board(4), List.of(List.of(mv(before(Unit.SFU)), mv(before(Unit.SFU)),
                copy(after(Unit.MPE)), copy(after(Unit.MPE)))));
        assertEquals(81, r.cycles());
        assertEquals(cycles(2, 14, 0, 0, Unit.MPE, 34 + 26, 4, 3), unit(r, 0, Unit.SFU));
    }

    @Test
    void tokensThatComeTogetherAreChargedToTheFirstUnit() {
        // MV 2..35; broadcast of 1536 B: 3 + 24 + 8 = 35; both seen at 38
        CycleReport r = run(board(4), List.of(List.of(mv(before(Unit.SFU)),
                new Instruction.Broadcast(before(Unit.SFU), 0, 64, 0, 64, Extent.fixed(1), 384),
                copy(tokens(List.of(Unit.SYS, Unit.MPE), List.of())))));
        assertEquals(cycles(1, 7, 0, 0, Unit.MPE, 34, 4, 3), unit(r, 0, Unit.SFU));
    }

    @Test
    void aBarrierWaitsForTheLastCore() {
        // core 0 arrives at 38, core 1 at 2; 16 cycles later both are through
        CycleReport r = run(board(4), List.of(
                List.of(mv(before(Unit.SYS)), new Instruction.Barrier(after(Unit.MPE), 0, 0)),
                List.of(new Instruction.Barrier(Tokens.NONE, 0, 0))));
        assertEquals(38 + 16 + 3, r.cycles());
        assertEquals(cycles(1, 16, 0, 36, Unit.LD, 0, 2, 3), unit(r, 1, Unit.SYS));
        assertEquals(cycles(1, 16, 0, 0, Unit.MPE, 35, 3, 3), unit(r, 0, Unit.SYS));
    }

    @Test
    void oneLoadAfterTheOther() {
        // 512 B are 64 B on each channel: start 2, activate, data 6..7, here 24 cycles later at 31;
        // the second one starts then and finds the rows open: data 31..32, end 56, END at 59
        CycleReport r = run(board(4),
                List.of(List.of(load(Tokens.NONE, 0, 512), load(Tokens.NONE, 512, 100))));
        assertEquals(59, r.cycles());
        assertEquals(cycles(2, 2, 4 + 24, 0, Unit.LD, 0, 2, 27), unit(r, 0, Unit.LD));
    }

    @Test
    void loadsInFlightHideTheLatency() {
        // the second one starts at 3, one segment ahead: data 7..8, end 32, END at 35
        CycleReport r = run(board(4, 2, new Fetch(Fetch.Source.CHIP, 32, 64, 0)),
                List.of(List.of(load(Tokens.NONE, 0, 512), load(Tokens.NONE, 512, 100))));
        assertEquals(35, r.cycles());
        assertEquals(cycles(2, 2, 4, 0, Unit.LD, 0, 2, 27), unit(r, 0, Unit.LD));
        MemoryTraffic t = r.memories().get(Memory.HBM);
        assertEquals(612, t.readBytes());
        assertEquals(512 + 128, t.physicalBytes());
        assertEquals(8, t.counts().rowMisses());
        assertEquals(2, t.counts().rowHits());
        assertEquals(640.0 / (32 * 64 * 35), r.bandwidthUtilisation());
        assertEquals(640.0 / (8 * 64 * 35), r.bandwidthUtilisation(Memory.HBM));
    }

    @Test
    void aSlowDataMoverHoldsTheLoad() {
        // 1024 B a channel: start 2, data 6..22; at 70 % of 64 B the mover takes 23 cycles, until
        // 25, here 24 cycles later; the second one starts then and opens the next row: data
        // 53..55, when the mover has long had its 3 cycles for 128 B
        CycleReport r = run(board(4, 1, new Fetch(Fetch.Source.CHIP, 32, 64, 0),
                new TransferRates(20, 70, 20, 20)),
                List.of(List.of(load(Tokens.NONE, 0, 8192), load(Tokens.NONE, 8192, 1024))));
        assertEquals(55 + 24 + 3, r.cycles());
        assertEquals(cycles(2, 16 + 2, 7 + 24 + 4, 0, Unit.LD, 0, 2, 27), unit(r, 0, Unit.LD));
        // in flight together, the mover still takes one after the other: 25 + 3
        CycleReport both = run(board(4, 2, new Fetch(Fetch.Source.CHIP, 32, 64, 0),
                new TransferRates(20, 70, 20, 20)),
                List.of(List.of(load(Tokens.NONE, 0, 8192), load(Tokens.NONE, 8192, 1024))));
        assertEquals(28 + 24 + 3, both.cycles());
    }

    @Test
    void loadsAndStoresShareTheChannelsInOrderOfArrival() {
        // LD enters at 1 and starts at 2, data 6..22 on each channel; ST starts at 3, finds the row
        // open, its first command is nRTW after the last read at 21: data 26..27
        CycleReport r = run(board(4), List.of(List.of(load(Tokens.NONE, 0, 8192),
                new Instruction.Store(Tokens.NONE, Space.ACT, 0, Memory.HBM, 1, 0, 0, 512,
                        Extent.fixed(1)))));
        assertEquals(27 + 24 + 3, r.cycles());
        assertEquals(cycles(1, 1, 23, 0, Unit.LD, 0, 3, 27), unit(r, 0, Unit.ST));
    }

    @Test
    void aGatherReadsRowNumbersFirst() {
        // region at 128; row numbers: access at 128 on channel 0, data 6..7, here at 24; the rows
        // at 4096 and 4160 are on channel 1: activate, data 28..29 and 29..30; end 47
        var gather = new Instruction.LoadGather(Tokens.NONE, 0, 64, 3, 4096 - 128, 64, 0,
                Extent.fixed(2));
        CycleReport r = run(board(4), List.of(List.of(gather)));
        assertEquals(50, r.cycles());
        assertEquals(cycles(1, 3, 25, 0, Unit.LD, 0, 2, 20), unit(r, 0, Unit.LD));
        assertEquals(8 + 128, r.memories().get(Memory.DDR).readBytes());
    }

    @Test
    void loopsDrainAtBothEnds() {
        // LOOP at 1; MV enters 2, 3..36; ENDLOOP at 39; MV enters 40, 41..74; ENDLOOP 77; END 78
        CycleReport r = run(board(4), List.of(List.of(
                new Instruction.Loop(Tokens.NONE, Extent.fixed(2)), mv(Tokens.NONE),
                new Instruction.EndLoop(Tokens.NONE))));
        assertEquals(78, r.cycles());
        assertEquals(new SequencerCycles(6, 0, 36 + 36, 0, 0), r.cores().getFirst().sequencer());
    }

    @Test
    void instructionsComeInBlocks() {
        // two instructions a block, room for two. Block 0 is read at 0: activate, data 4..5, here
        // at 22; block 1 at 1: data 5..6, here at 23. The copies are decoded 22..26; the second one
        // frees block 0 at 23, so the block of END is read at 24 and here at 42. The copies run
        // 24..52; END at 55
        CycleReport r = run(board(4, 1, new Fetch(Fetch.Source.DDR, 64, 128, 0)),
                List.of(List.of(copy(Tokens.NONE), copy(Tokens.NONE), copy(Tokens.NONE),
                        copy(Tokens.NONE))));
        assertEquals(55, r.cycles());
        assertEquals(new SequencerCycles(5, 0, 12, 22 + 16, 0), r.cores().getFirst().sequencer());
        assertEquals(new UnitCycles(4, 28, 0, 0, List.of(0L, 0L, 0L, 0L, 0L), 2, 22, 3),
                unit(r, 0, Unit.SFU));
        assertEquals(5 * 32, r.fetch().readBytes());
        assertEquals(3 * 64, r.memories().get(Memory.DDR).physicalBytes());
    }

    @Test
    void aLoopIsReadAgainUnlessItsBodyIsKept() {
        var loop = List.of(List.of(new Instruction.Loop(Tokens.NONE, Extent.fixed(3)),
                mv(Tokens.NONE), new Instruction.EndLoop(Tokens.NONE)));
        CycleReport again = run(board(4, 1, new Fetch(Fetch.Source.DDR, 32, 128, 32)), loop);
        CycleReport kept = run(board(4, 1, new Fetch(Fetch.Source.DDR, 32, 128, 64)), loop);
        assertEquals((4 + 2 * 3) * 32, again.fetch().readBytes());
        assertEquals(4 * 32, kept.fetch().readBytes());
        assertTrue(again.cycles() > kept.cycles());
    }

    @Test
    void aDeadlockIsNamed() {
        Program program = RandomStreams.program(List.of(
                List.of(copy(after(Unit.MPE)), END)));
        String expected = "deadlock after cycle 1: core 0 at instruction 1 (END):"
                + " EWISE waits for a token of MPE";
        assertEquals(expected, assertThrows(SimulationException.class,
                () -> new CycleMachine(program, board(4), Values.NONE).run(0, 1)).getMessage());
        assertEquals(expected, assertThrows(SimulationException.class,
                () -> new TickMachine(program, board(4), Values.NONE).run(0, 1)).getMessage());
    }

    @Test
    void programsThatDoNotFitAreRefused() {
        Program p = RandomStreams.program(List.of(List.of(END)));
        var large = new Program(p.name(), 4, 8, new BufferSizes(9 << 20, 16, 16), p.regions(),
                p.streams());
        assertEquals("program random needs 9437184 ACT buffer bytes, board u280 has 8388608; "
                + "compile it for this board", refusal(large));
        var wide = new Program(p.name(), 4, 8, p.buffers(), List.of(),
                List.of(List.of(END), List.of(END), List.of(END), List.of(END)));
        assertEquals("program random needs 4 cores, board u280 has 3; compile it for this board",
                refusal(wide));
        var region = new dev.skein.hls.isa.Region("w", Memory.HBM, 0,
                dev.skein.hls.isa.Region.Kind.WEIGHTS, 0, 1L << 30, (7L << 28) + 1);
        var deep = new Program(p.name(), 4, 8, p.buffers(), List.of(region), p.streams());
        assertEquals("program random needs 2952790017 HBM bytes (region w), board u280 has "
                + "2952790016; compile it for this board", refusal(deep));
        assertEquals("program random: POS 39, CNT 2; allowed: CNT from 1 to 40, POS + CNT up to 40",
                assertThrows(SimulationException.class,
                        () -> new CycleMachine(p, board(1), Values.NONE).run(39, 2)).getMessage());
    }

    private static String refusal(Program program) {
        return assertThrows(SimulationException.class,
                () -> new CycleMachine(program, Boards.load("u280"), Values.NONE)).getMessage();
    }
}
