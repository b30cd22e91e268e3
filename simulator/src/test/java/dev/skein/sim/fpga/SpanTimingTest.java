package dev.skein.sim.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.RowRanges;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import dev.skein.hls.isa.sample.RandomPrograms;
import dev.skein.sim.functional.Sequencer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time of SPAN, REP and of loads that leave out a gap, on both machines. */
class SpanTimingTest {
    private static final Instruction END = new Instruction.End(Tokens.NONE);
    private static final Instruction MOVE = new Instruction.SetBase(Tokens.NONE, 1, 64, true);

    private static CycleReport run(Board board, int position, List<Instruction> body) {
        var stream = new ArrayList<>(body);
        stream.add(END);
        Program small = RandomStreams.program(List.of(stream));
        Program program = new Program(small.name(), 1, 400, small.buffers(), small.regions(),
                small.streams());
        var event = new CycleMachine(program, board, Values.NONE).run(position, 1);
        assertEquals(new TickMachine(program, board, Values.NONE).run(position, 1), event);
        EventEqualsTickTest.sumsAreExact(event, "sums");
        return event;
    }

    private static Instruction load(Extent count) {
        return new Instruction.Load(Tokens.NONE, Space.WGT, 0, Memory.HBM, 1, 0, 0, 64, count);
    }

    private static Instruction span(int global, int window) {
        return new Instruction.SetSpan(Tokens.NONE, global, window, 0);
    }

    @Test
    void repetitionsTakeADispatchForEachInstructionThatComesBy() {
        for (long seed = 0; seed < 6; seed++) {
            Board board = RandomBoards.of(seed);
            var rep = new Instruction.Repeat(Tokens.NONE, 3);
            var end = new Instruction.EndRepeat(Tokens.NONE);
            CycleReport repeated = run(board, 0, List.of(span(1, 2), rep, MOVE, MOVE, end, MOVE));
            // SPAN, REP, three times two SETB and ENDREP, SETB, END.
            long dispatches = 1 + 1 + 3 * 3 + 1 + 1;
            assertEquals(dispatches * board.control().dispatchCycles(),
                    repeated.cores().getFirst().sequencer().dispatch(), "seed " + seed);
        }
    }

    /** Loads of two trips follow each other as those of one. */
    @Test
    void repetitionsDrainNothing() {
        Board board = Boards.load("u280-flightllm");
        Instruction load = load(Extent.fixed(512));
        long once = run(board, 0, List.of(load)).cycles();
        long four = run(board, 0, List.of(new Instruction.Repeat(Tokens.NONE, 4), load,
                new Instruction.EndRepeat(Tokens.NONE))).cycles();
        long loop = run(board, 0, List.of(new Instruction.Loop(Tokens.NONE, Extent.fixed(4)), load,
                new Instruction.EndLoop(Tokens.NONE))).cycles();
        long straight = run(board, 0, List.of(load, load, load, load)).cycles();
        assertTrue(four - straight <= 12L * board.control().dispatchCycles()
                && four >= straight, four + " and " + straight);
        assertTrue(loop > four, loop + " and " + four);
        assertTrue(once < four, once + " and " + four);
    }

    /** What is left out is not moved, and the two ranges cost what they hold. */
    @Test
    void gapsAreNotMoved() {
        for (long seed = 0; seed < 6; seed++) {
            Board board = RandomBoards.of(seed);
            int position = 320;
            CycleReport dense = run(board, position, List.of(load(Extent.context(1))));
            CycleReport kept = run(board, position, List.of(span(1, 2), load(Extent.context(1))));
            String what = "seed " + seed;
            assertEquals(64 * 321, dense.memories().get(Memory.HBM).readBytes(), what);
            // Blocks 1 to 3 of 0 to 5 are left out.
            assertEquals(64 * (321 - 192), kept.memories().get(Memory.HBM).readBytes(), what);
            CycleReport two = run(board, position, List.of(load(Extent.fixed(64)),
                    new Instruction.Load(Tokens.NONE, Space.WGT, 0, Memory.HBM, 1, 64 * 256, 0, 64,
                            Extent.fixed(65))));
            assertEquals(two.memories().get(Memory.HBM).readBytes(),
                    kept.memories().get(Memory.HBM).readBytes(), what);
            assertTrue(kept.cycles() < dense.cycles() && kept.cycles() <= two.cycles()
                    + board.control().dispatchCycles(), what + ": " + kept.cycles() + " of "
                            + dense.cycles() + ", two loads " + two.cycles());
        }
    }

    /** The programs on which the machines are compared have both. */
    @Test
    void randomProgramsLeaveOutAndRepeat() {
        int gaps = 0;
        int trips = 0;
        for (long seed = 0; seed < 200; seed++) {
            Program p = RandomPrograms.generate(seed, 1, RandomPrograms.SMALLEST).program();
            var s = new Sequencer(p, 0);
            int position = p.maxContext() - 1;
            for (s.start(position, 1); !s.atEnd(); s.advance()) {
                if (s.instruction() instanceof Instruction.Transfer t
                        && RowRanges.of(t.count(), s.registers()).secondCount() > 0) {
                    gaps++;
                }
                trips += s.instruction() instanceof Instruction.EndRepeat ? 1 : 0;
            }
        }
        assertTrue(gaps > 10, gaps + " transfers in two ranges");
        assertTrue(trips > 20, trips + " trips of repetitions");
    }
}
