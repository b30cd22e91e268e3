package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each rule about control flow, tokens, regions and several cores, with its one-line message. */
class ProgramVerifierTest {
    private static final Tokens NONE = Tokens.NONE;
    private static final Instruction END = new Instruction.End(NONE);
    private static final Instruction ENDLOOP = new Instruction.EndLoop(NONE);
    private static final int LD = Unit.LD.bit();
    private static final int SFU = Unit.SFU.bit();

    private static void refused(String message, Program program) {
        var e = assertThrows(ProgramException.class, () -> ProgramVerifier.verify(program));
        assertEquals(message, e.getMessage());
    }

    private static void refused(String message, Instruction... stream) {
        refused("program small, core 0, instruction " + message,
                Small.program(List.of(List.of(stream))));
    }

    private static Instruction loop(Extent count) {
        return new Instruction.Loop(NONE, count);
    }

    private static Instruction load(int dst, Tokens tokens) {
        return new Instruction.Load(tokens, Space.ACT, dst, Memory.HBM, 0, 0, 0, 64,
                Extent.fixed(1));
    }

    private static Instruction copy(int src, int dst, Tokens tokens) {
        return new Instruction.Ewise(tokens, EwiseFunction.COPY, src, 0, Space.ACT, 0, 0, dst, 0,
                Extent.fixed(1), 16, false);
    }

    private static Instruction sync() {
        return new Instruction.Barrier(NONE, 65536, 4096);
    }

    private static Instruction send(int src, int dst) {
        return new Instruction.Broadcast(NONE, src, 64, dst, 64, Extent.fixed(1), 16);
    }

    @Test
    void endsWithEnd() {
        refused("program small, core 0: 0 instructions without END at the end; append END",
                Small.program(List.of(List.of())));
        refused("program small, core 0: 1 instructions without END at the end; append END",
                Small.program(List.of(List.of(loop(Extent.fixed(1))))));
        refused("0 (end), field code: END before the end of the stream of 2 instructions; only the"
                + " last one may be END", END, END);
    }

    @Test
    void loopsAreBalanced() {
        refused("0 (endloop), field code: ENDLOOP outside a loop; put a LOOP before it", ENDLOOP,
                END);
        refused("1 (end), field code: 1 loops still open; put an ENDLOOP for each before END",
                loop(Extent.fixed(2)), END);
        Instruction l = loop(Extent.fixed(2));
        refused("4 (loop), field count: loop number 5 inside each other; at most 4; unroll one",
                l, l, l, l, l, ENDLOOP, ENDLOOP, ENDLOOP, ENDLOOP, ENDLOOP, END);
        ProgramVerifier.verify(Small.program(List.of(List.of(
                l, l, l, l, ENDLOOP, ENDLOOP, ENDLOOP, ENDLOOP, END))));
    }

    @Test
    void stepsEnd() {
        Instruction l = loop(Extent.fixed(1 << 13));
        refused("2 (setb), field count: a step could execute more than 67108864 instructions up to"
                + " here; use shorter loops", l, l, new Instruction.SetBase(NONE, 7, 0, true),
                ENDLOOP, ENDLOOP, END);
        Instruction c = loop(Extent.context(1 << 18));
        refused("2 (loop), field count: a step could execute more than 67108864 instructions up to"
                + " here; use shorter loops", c, c, c,
                new Instruction.SetBase(NONE, 7, 0, true), ENDLOOP, ENDLOOP, ENDLOOP, END);
    }

    @Test
    void tilesNeedTheirLoop() {
        Instruction tiled = new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, 0, 0, 0, 4,
                Extent.tile(16));
        refused("0 (ld), field count: tile(16) in no loop; the innermost loop has to count the same"
                + " tiles", tiled, END);
        refused("1 (ld), field count: tile(16) in a loop of tile(8); the innermost loop has to"
                + " count the same tiles", loop(Extent.tile(8)), tiled, ENDLOOP, END);
        refused("2 (ld), field count: tile(16) in a loop of 3; the innermost loop has to count the"
                + " same tiles", loop(Extent.tile(16)), loop(Extent.fixed(3)), tiled, ENDLOOP,
                ENDLOOP, END);
        ProgramVerifier.verify(Small.program(List.of(List.of(
                loop(Extent.tile(16)), tiled, ENDLOOP, END))));
    }

    @Test
    void fieldsMustBeEncodable() {
        refused("0 (ld), field dst: 8; a multiple of 16 from 0 to 16777200", load(8, NONE), END);
        refused("0 (setb), field base: 8; from 0 to 7",
                new Instruction.SetBase(NONE, 8, 0, false), END);
    }

    @Test
    void sequencerTakesNoTokens() {
        refused("0 (setb), field waits: Tokens[waits=0, releases=1]; the sequencer takes no tokens,"
                + " it drains the queues at loops; use none",
                new Instruction.SetBase(new Tokens(0, 1), 0, 0, false), END);
    }

    @Test
    void tokensBalance() {
        refused("0 (ld), field waits: LD waits for a token of SFU that no earlier instruction has"
                + " released; release one or do not wait", load(0, new Tokens(SFU, 0)), END);
        refused("1 (end), field code: 1 tokens from LD to SFU left over; loops and END need every"
                + " token consumed before", load(0, new Tokens(0, SFU)), END);
        refused("1 (loop), field code: 1 tokens from LD to SFU left over; loops and END need every"
                + " token consumed before", load(0, new Tokens(0, SFU)), loop(Extent.fixed(1)),
                copy(0, 64, new Tokens(LD, 0)), ENDLOOP, END);
        refused("0 (ld), field waits: LD names itself; a unit runs in order anyway, drop it",
                load(0, new Tokens(LD, 0)), END);
        refused("0 (ld), field releases: LD names itself; a unit runs in order anyway, drop it",
                load(0, new Tokens(0, LD)), END);
        var stream = new ArrayList<Instruction>();
        for (int i = 0; i <= Unit.TOKEN_DEPTH; i++) {
            stream.add(load(0, new Tokens(0, SFU)));
        }
        stream.add(END);
        refused("63 (ld), field releases: more than 63 tokens from LD to SFU at a time; wait for"
                + " some before", stream.toArray(Instruction[]::new));
    }

    private static void refused(String message, Program p, UnaryOperator<Region> edit) {
        refused(message, new Program("small", p.maxTokens(), p.maxContext(), p.buffers(),
                p.regions().stream().map(edit).toList(), p.streams()));
    }

    private static Region with(Region r, String name, int core, int base, long offset) {
        return new Region(name, r.memory(), core, r.kind(), base, offset, r.bytes());
    }

    @Test
    void regionsAreApart() {
        Program p = Small.program(1);
        refused("program small, region weights, field name: used twice for core 0; names are"
                + " unique", p, r -> with(r, r.name().equals("kv") ? "weights" : r.name(),
                        r.core(), r.base(), r.offset()));
        refused("program small, region kv, field core: 1 of 1; name an existing core", p,
                r -> with(r, r.name(), r.name().equals("kv") ? 1 : r.core(), r.base(),
                        r.offset()));
        refused("program small, region kv, field base: B0 points at region weights already; use"
                + " another base register", p, r -> with(r, r.name(), r.core(),
                        r.name().equals("kv") ? 0 : r.base(), r.offset()));
        refused("program small, region kv, field offset: 1048575..2097151 overlaps region weights"
                + " at 0..1048576; move one", p, r -> with(r, r.name(), r.core(), r.base(),
                        r.name().equals("kv") ? (1 << 20) - 1 : r.offset()));
        ProgramVerifier.verify(Small.program(2));
    }

    @Test
    void headerIsSane() {
        Program p = Small.program(1);
        refused("program small: no streams; one a core", Small.program(List.of()));
        refused("program small, field maxContext: maxTokens 5, maxContext 4: 1 <= maxTokens <="
                + " maxContext <= 1048576", new Program("small", 5, 4, p.buffers(), p.regions(),
                        p.streams()));
        refused("program small, field buffers: BufferSizes[actBytes=1, wgtBytes=-1, parBytes=1];"
                + " sizes are not negative", new Program("small", 1, 1, new BufferSizes(1, -1, 1),
                        p.regions(), p.streams()));
    }

    @Test
    void coresAgreeOnBarriers() {
        refused("program small, core 1, instruction 0 (end), field code: comes where core 0 has"
                + " sync (instruction 0); all cores need as many SYNCs in the same loops",
                Small.program(List.of(List.of(sync(), END), List.of(END))));
        refused("program small, core 1, instruction 0 (loop), field code: comes where core 0 has"
                + " loop (instruction 0); all cores need as many SYNCs in the same loops",
                Small.program(List.of(List.of(loop(Extent.fixed(2)), sync(), ENDLOOP, END),
                        List.of(loop(Extent.fixed(3)), sync(), ENDLOOP, END))));
        // Loops without barriers are a core's own business.
        ProgramVerifier.verify(Small.program(List.of(
                List.of(loop(Extent.fixed(2)), ENDLOOP, sync(), END), List.of(sync(), END))));
    }

    @Test
    void broadcastsFitTheGatherInterval() {
        refused("0 (bcast), field dst: no SYNC follows; the other cores would not know when to"
                + " read", send(0, 65536), END);
        refused("program small, core 0, instruction 0 (bcast), field dst: writes ACT bytes"
                + " 65472..65536 of every core, but the next SYNC of core 0 (instruction 1)"
                + " gathers 65536..69632; enlarge its gather interval",
                Small.program(List.of(List.of(send(0, 65472), sync(), END),
                        List.of(sync(), END))));
        refused("program small, core 1, instruction 0 (bcast), field dst: writes ACT bytes"
                + " 65536..65600 of every core, and instruction 0 of core 0 writes some of them"
                + " before the same SYNC; send to places apart",
                Small.program(List.of(List.of(send(0, 65536), sync(), END),
                        List.of(send(64, 65536), sync(), END))));
        Instruction[] many = new Instruction[SyncRules.BROADCASTS + 3];
        java.util.Arrays.fill(many, send(0, 65536));
        many[many.length - 2] = sync();
        many[many.length - 1] = END;
        refused("1024 (bcast), field dst: more than 1024 broadcasts a core before one SYNC; send"
                + " more rows at a time", many);
    }

    @Test
    void gatherIntervalIsLeftAloneUntilTheBarrier() {
        Instruction reader = copy(65536, 0, NONE);
        String tail = " while other cores may broadcast to 65536..69632 before the SYNC at ";
        String fix = "; put a SYNC between or use two gather buffers in turn";
        refused("0 (ewise), field a: reads ACT bytes 65536..65600" + tail + "1" + fix, reader,
                sync(), END);
        refused("0 (ewise), field out: writes ACT bytes 65536..65600" + tail + "1" + fix,
                copy(0, 65536, NONE), sync(), END);
        refused("2 (ewise), field a: reads ACT bytes 65536..65600" + tail + "1" + fix,
                loop(Extent.fixed(2)), sync(), reader, ENDLOOP, END);
        Program ok = TokenInsertion.insert(Small.program(List.of(List.of(sync(), reader, END))));
        ProgramVerifier.verify(ok);
    }

    @Test
    void coresDoNotShareOutputs() {
        Instruction store = new Instruction.Store(NONE, Space.ACT, 0, Memory.DDR, 5, 64, 0, 64,
                Extent.fixed(1));
        Instruction other = new Instruction.Store(NONE, Space.ACT, 0, Memory.DDR, 5, 127, 0, 64,
                Extent.fixed(1));
        refused("program small, core 1, instruction 0 (st), field offset: DDR bytes"
                + " 2097279..2097343 are used by instruction 0 of core 0 too, and one of them"
                + " writes; give each core its own part",
                Small.program(List.of(List.of(store, END), List.of(other, END))));
    }

    @Test
    void hazardsAreFound() {
        refused("1 (ewise), field waits: conflicts with instruction 0 (ld) of unit LD and may"
                + " overtake it; order them with tokens, as TokenInsertion does", load(0, NONE),
                copy(0, 64, NONE), END);
    }

    @Test
    void regionsOfAddresses() {
        VerifiedProgram p = ProgramVerifier.verify(Small.program(2));
        assertEquals("kv", p.region(1, Memory.HBM, 1 << 20).orElseThrow().name());
        assertEquals("weights", p.region(1, Memory.HBM, (1 << 20) - 1).orElseThrow().name());
        assertEquals("tables", p.region(0, Memory.DDR, 4096).orElseThrow().name());
        assertEquals(true, p.region(0, Memory.HBM, 2 << 20).isEmpty());
    }
}
