package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.sample.RandomPrograms;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule about REP and SPAN with its one-line message, and that REP is a short way to write. */
class RepetitionTest {
    private static final Tokens NONE = Tokens.NONE;
    private static final Instruction END = new Instruction.End(NONE);
    private static final Instruction ENDREP = new Instruction.EndRepeat(NONE);
    private static final Instruction LOOP = new Instruction.Loop(NONE, Extent.fixed(2));
    private static final Instruction TILES = new Instruction.Loop(NONE, Extent.tile(64));
    private static final Instruction ENDLOOP = new Instruction.EndLoop(NONE);

    private static Instruction rep(int count) {
        return new Instruction.Repeat(NONE, count);
    }

    private static Instruction span(int global, int window, int growth) {
        return new Instruction.SetSpan(NONE, global, window, growth);
    }

    private static Instruction move(int base, long value) {
        return new Instruction.SetBase(NONE, base, value, true);
    }

    private static Instruction load(int dst) {
        return new Instruction.Load(NONE, Space.WGT, dst, Memory.HBM, 0, 0, 0, 4096,
                Extent.fixed(1));
    }

    private static Instruction copy(int src, int dst, Tokens tokens) {
        return new Instruction.Ewise(tokens, EwiseFunction.COPY, src, 0, Space.ACT, 0, 0, dst, 0,
                Extent.fixed(1), 16, false);
    }

    private static Program program(Instruction... stream) {
        return Small.program(List.of(List.of(stream)));
    }

    private static void refused(String message, Instruction... stream) {
        var e = assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(program(stream)));
        assertEquals("program small, core 0, instruction " + message, e.getMessage());
    }

    @Test
    void repetitionsAreBalancedAndDoNotNest() {
        refused("0 (endrep), field code: ENDREP without REP; put a REP before it", ENDREP, END);
        refused("1 (end), field code: the repetition of instruction 0 is still open; put an ENDREP"
                + " before END", rep(2), END);
        refused("1 (rep), field count: REP in the repetition of instruction 0; repetitions do not"
                + " nest, write one out", rep(2), rep(2), ENDREP, ENDREP, END);
        refused("1 (rep), field count: REP inside a loop; put the loop into the repetition or write"
                + " it out", LOOP, rep(2), ENDREP, ENDLOOP, END);
        refused("2 (endrep), field code: 1 loops still open in the repetition of instruction 0; put"
                + " an ENDLOOP for each before ENDREP", rep(2), LOOP, ENDREP, ENDLOOP, END);
        refused("1 (endloop), field code: ENDLOOP outside a loop; put a LOOP before it", rep(2),
                ENDLOOP, ENDREP, END);
        ProgramVerifier.verify(program(rep(3), LOOP, load(0), ENDLOOP, ENDREP, rep(1), ENDREP,
                END));
    }

    @Test
    void repetitionsHaveTripsWithinReason() {
        refused("0 (rep), field count: 0; at least 1", rep(0), ENDREP, END);
        refused("0 (rep), field count: 1048576; from 0 to 1048575", rep(1 << 20), ENDREP, END);
        refused("3 (endrep), field code: written out, the stream has more than 1048576 instructions"
                + " up to here; use smaller counts", rep(1_000_000), move(7, 0), move(7, 0),
                ENDREP, END);
        refused("0 (rep), field waits: Tokens[waits=1, releases=0]; the sequencer takes no tokens;"
                + " use none", rep(1).withTokens(new Tokens(1, 0)), ENDREP, END);
    }

    /** Errors of the written-out stream say where that is in the encoded one. */
    @Test
    void errorsNameTheRepetition() {
        refused("25 (ld), field offset: reads HBM bytes 2097152..2101248 through B0, which lie in"
                + " no single region of this core (weights 0..1048576, kv 1048576..2097152);"
                + " correct the offset, base register or count; counted with repetitions written"
                + " out, this is instruction 2 in repetition 8 of rep 0",
                rep(9), move(7, 0), load(0), move(0, 1 << 18), ENDREP, END);
        refused("7 (ld), field dst: writes WGT bytes 262144..266240, the buffer has 262144; use a"
                + " lower address or a smaller tile; counted with repetitions written out, this is"
                + " instruction 4", rep(6), load(0), ENDREP, load(0), load(1 << 18), END);
        refused("2 (end), field code: END before the end of the stream of 6 instructions; only the"
                + " last one may be END; counted with repetitions written out, this is instruction"
                + " 3 in repetition 0 of rep 1", load(0), rep(2), load(0), END, ENDREP, END);
        ProgramVerifier.verify(program(rep(8), load(0), move(0, 1 << 18), ENDREP, END));
    }

    /** Trips of a repetition may overtake each other unless tokens keep them in order. */
    @Test
    void hazardsBetweenTripsAreSeen() {
        int sfu = Unit.SFU.bit();
        int ld = Unit.LD.bit();
        Instruction act = new Instruction.Load(new Tokens(0, sfu), Space.ACT, 0, Memory.HBM, 0, 0,
                0, 64, Extent.fixed(1));
        refused("2 (ld), field waits: conflicts with instruction 1 (ewise) of unit SFU and may"
                + " overtake it; order them with tokens, as TokenInsertion does; counted with"
                + " repetitions written out, this is instruction 1 in repetition 1 of rep 0",
                rep(2), act, copy(0, 64, new Tokens(ld, 0)), ENDREP, END);
        Program ordered = TokenInsertion.insert(program(rep(9), act, copy(0, 64, NONE), ENDREP,
                END));
        ProgramVerifier.verify(ordered);
        // The first trip waits for none and the last one is waited for by none.
        List<Instruction> stream = ordered.streams().getFirst();
        assertEquals(rep(7), stream.get(2));
        assertEquals(9, stream.size());
    }

    @Test
    void spansStandOutsideLoopsAndAreLegal() {
        refused("1 (span), field window: SPAN inside a loop, whose tiles it would change while they"
                + " are counted; put it before LOOP", LOOP, span(0, 1, 0), ENDLOOP, END);
        refused("0 (span), field window: 0 with global 2 and growth 0; a dense span is 0, 0, 0,"
                + " else the window is at least 1", span(2, 0, 0), END);
        refused("0 (span), field growth: 256; from 0 to 255", span(0, 1, 256), END);
        refused("0 (span), field global: 256; from 0 to 255", span(256, 1, 0), END);
        refused("0 (span), field window: 65536; from 0 to 65535", span(0, 65536, 0), END);
        ProgramVerifier.verify(program(span(1, 2, 3), rep(2), span(0, 0, 0), ENDREP, END));
    }

    /** Else the cores would not meet as often. */
    @Test
    void meetingLoopsHaveTheSameSpan() {
        Instruction sync = new Instruction.Barrier(NONE, 65536, 4096);
        var one = List.of(span(1, 1, 0), TILES, sync, ENDLOOP, END);
        var other = List.of(span(1, 2, 0), TILES, sync, ENDLOOP, END);
        var e = assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(Small.program(List.of(one, other))));
        assertEquals("program small, core 1, instruction 1 (loop), field count: counts under"
                + " Span[global=1, window=2, growth=0] where core 0 (instruction 1) has"
                + " Span[global=1, window=1, growth=0], with a SYNC in the loop; set the same span"
                + " before", e.getMessage());
        ProgramVerifier.verify(Small.program(List.of(one, one)));
        var fixed = List.of(span(1, 2, 0), LOOP, sync, ENDLOOP, END);
        var dense = List.of(LOOP, sync, ENDLOOP, END);
        ProgramVerifier.verify(Small.program(List.of(fixed, dense)));
    }

    /** What is dispatched with REP is what is dispatched without. */
    @Test
    void writtenOutIsTheSame() {
        int repeated = 0;
        for (long seed = 0; seed < 200; seed++) {
            Program p = RandomPrograms.generate(seed, 1 + (int) (seed % 3),
                    RandomPrograms.SMALLEST).program();
            Program flat = new WrittenOut(p).program();
            boolean reps = p.streams().stream().flatMap(List::stream)
                    .anyMatch(Instruction.Repeat.class::isInstance);
            if (!reps) {
                assertSame(p, flat);
                continue;
            }
            repeated++;
            assertNotSame(p, flat);
            for (int core = 0; core < p.cores(); core++) {
                List<String> expected = trace(flat, core);
                assertEquals(expected, trace(p, core), "seed " + seed + ", core " + core);
            }
            ProgramVerifier.verify(flat);
            assertEquals(flat, new WrittenOut(TokenInsertion.insert(p)).program(), "seed " + seed);
        }
        assertTrue(repeated > 20, repeated + " programs with repetitions");
    }

    private static List<String> trace(Program p, int core) {
        var out = new ArrayList<String>();
        for (Trace.Step s : Trace.of(p, core, p.maxContext() - 1, 1)) {
            out.add(s.instruction() + " " + s.registers() + Arrays.toString(s.bases()));
        }
        return out;
    }
}
