package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SequencerTest {
    private static final Instruction END = new Instruction.End(Tokens.NONE);
    private static final Instruction ENDLOOP = new Instruction.EndLoop(Tokens.NONE);

    @Test
    void nestedLoopsCountAndRestoreTheIteration() {
        var sequencer = new Sequencer(program(
                work(1), loop(Extent.tile(4)), work(2), loop(Extent.fixed(2)), work(3), ENDLOOP,
                work(4), ENDLOOP, work(5), END), 0);
        sequencer.start(6, 3);
        // CTX = 9: 3 trips of 4 tokens
        assertEquals(List.of("1@0", "2@0", "3@0", "3@1", "4@0", "2@1", "3@0", "3@1", "4@1",
                "2@2", "3@0", "3@1", "4@2", "5@0"), trace(sequencer));
        sequencer.start(0, 1);
        assertEquals(List.of("1@0", "2@0", "3@0", "3@1", "4@0", "5@0"), trace(sequencer));
    }

    @Test
    void basesChangeAndStartAgain() {
        var sequencer = new Sequencer(program(
                new Instruction.SetBase(Tokens.NONE, 2, 100, false), work(1),
                new Instruction.SetBase(Tokens.NONE, 2, 11, true), work(2), END), 0);
        long[] start = sequencer.bases();
        assertArrayEquals(new long[] {0, 64, 0, 4096, 0, 0, 0, 0}, start);
        sequencer.advance();
        long[] first = sequencer.bases();
        sequencer.advance();
        sequencer.advance();
        assertEquals(111, sequencer.bases()[2]);
        assertEquals(100, first[2], "a kept array must not change");
        assertEquals(0, start[2], "a kept array must not change");
        sequencer.start(0, 1);
        assertArrayEquals(start, sequencer.bases());
    }

    @Test
    void repetitionsComeBackAndMoveTheBases() {
        var sequencer = new Sequencer(program(
                new Instruction.Repeat(Tokens.NONE, 3), work(1), loop(Extent.fixed(2)), work(2),
                ENDLOOP, new Instruction.SetBase(Tokens.NONE, 2, 8, true),
                new Instruction.EndRepeat(Tokens.NONE), work(3),
                new Instruction.Repeat(Tokens.NONE, 1), work(4),
                new Instruction.EndRepeat(Tokens.NONE), END), 0);
        var expected = List.of("1@0", "2@0", "2@1", "1@0", "2@0", "2@1", "1@0", "2@0", "2@1",
                "3@0", "4@0");
        assertEquals(expected, trace(sequencer));
        assertEquals(24, sequencer.bases()[2]);
        sequencer.start(0, 1);
        assertEquals(expected, trace(sequencer));
    }

    @Test
    void spansChangeLengthsUntilTheNextStep() {
        var sequencer = new Sequencer(program(work(1), loop(Extent.tile(64)), work(2), ENDLOOP,
                new Instruction.SetSpan(Tokens.NONE, 1, 1, 0), work(3), loop(Extent.tile(64)),
                work(4), ENDLOOP, END), 0);
        for (int step = 0; step < 2; step++) {
            sequencer.start(300, 1);
            // 301 tokens are 5 tiles; of them block 0 and block 4 are kept.
            assertEquals(List.of("1@0", "2@0", "2@1", "2@2", "2@3", "2@4", "3@0", "4@0", "4@1"),
                    trace(sequencer));
            assertEquals(new Span(1, 1, 0), sequencer.registers().span());
        }
    }

    @Test
    void endStays() {
        var sequencer = new Sequencer(program(work(1), END), 0);
        assertFalse(sequencer.atEnd());
        sequencer.advance();
        sequencer.advance();
        assertEquals(END, sequencer.instruction());
        assertEquals(1, sequencer.index());
    }

    @Test
    void saysWhereAStreamIsBroken() {
        var open = new Sequencer(program(work(1)), 0);
        var error = assertThrows(IllegalStateException.class, open::advance);
        assertEquals("core 0, instruction 1: the stream ends without END", error.getMessage());
        var close = new Sequencer(program(ENDLOOP, END), 0);
        error = assertThrows(IllegalStateException.class, close::advance);
        assertEquals("core 0, instruction 0: ENDLOOP without LOOP", error.getMessage());
    }

    private static List<String> trace(Sequencer sequencer) {
        var out = new ArrayList<String>();
        for (; !sequencer.atEnd(); sequencer.advance()) {
            if (sequencer.instruction() instanceof Instruction.Barrier b) {
                out.add(b.bytes() + "@" + sequencer.registers().iteration());
            }
        }
        return out;
    }

    private static Instruction work(int mark) {
        return new Instruction.Barrier(Tokens.NONE, 0, mark);
    }

    private static Instruction loop(Extent count) {
        return new Instruction.Loop(Tokens.NONE, count);
    }

    private static Program program(Instruction... stream) {
        var regions = List.of(
                new Region("weights", Memory.HBM, 0, Region.Kind.WEIGHTS, 1, 64, 64),
                new Region("tables", Memory.DDR, Region.SHARED, Region.Kind.TABLES, 3, 4096, 64));
        return new Program("test", 8, 64, new BufferSizes(4096, 4096, 4096), regions,
                List.of(List.of(stream)));
    }
}
