package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs for buckets of lengths, and the choice among them. */
class BucketsTest {
    private static final FpgaTarget U280 = FpgaTarget.of(Boards.load("u280"));

    private static ProgramSet programs(FpgaTarget target, int maxContext) {
        Graph graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse("w4")),
                new Placement(target))).run(GraphBuilder.build(
                        ModelCatalogue.config("smollm2-135m")), PassContext.shapesOnly()).graph();
        return FpgaCompiler.compile(graph, target, maxContext, LengthStrategy.BUCKETS,
                EnumSet.allOf(Phase.class)).programs();
    }

    @Test
    void theFullVerifierAcceptsEveryProgramToo() {
        ProgramSet set = programs(U280, 200);
        assertEquals(List.of("prefill-128", "prefill-200"),
                set.of(Phase.PREFILL).stream().map(ServedProgram::name).toList());
        assertEquals(13, set.of(Phase.DECODE).size());
        for (ServedProgram p : set.programs()) {
            ProgramVerifier.verify(p.program().program());
            for (Instruction i : p.program().program().streams().getFirst()) {
                Extent fixed = Extent.fixed(p.lastContext());
                assertTrue(!(i instanceof Instruction.Softmax s) || !s.causal()
                        || s.cols().equals(fixed), p.name() + ": " + i);
                assertTrue(!(i instanceof Instruction.Load l)
                        || l.count().mode() != Extent.Mode.CONTEXT, p.name() + ": " + i);
            }
        }
    }

    @Test
    void neighboursShareTheirInstructions() {
        List<ServedProgram> all = programs(U280, 64).of(Phase.DECODE);
        List<Instruction> one = all.get(0).program().program().streams().getFirst();
        List<Instruction> two = all.get(1).program().program().streams().getFirst();
        int unlike = 0;
        for (int i = 0; i < one.size(); i++) {
            unlike += one.get(i) != two.get(i) ? 1 : 0;
        }
        assertTrue(unlike > 0 && unlike < one.size() / 2, unlike + " of " + one.size());
    }

    @Test
    void tilesOfTheScoresAreWrittenOutAndThoseOfASumStayALoop() {
        BufferSizes b = U280.buffers();
        FpgaTarget small = U280.with(new BufferSizes(b.actBytes(), 1 << 17, b.parBytes()));
        ProgramSet set = programs(small, 1024);
        Program first = set.of(Phase.DECODE).getFirst().program().program();
        Program last = set.of(Phase.DECODE).getLast().program().program();
        assertTrue(last.encodedBytes() > first.encodedBytes());
        for (Instruction.Matrix m : last.streams().getFirst().stream()
                .filter(Instruction.Matrix.class::isInstance).map(Instruction.Matrix.class::cast)
                .toList()) {
            assertTrue(m.n().mode() == Extent.Mode.FIXED, m.toString());
        }
        assertTrue(last.streams().getFirst().stream().anyMatch(i -> i instanceof Instruction.Loop));
    }

    @Test
    void aDevicePicksByPositionAndTokens() {
        ProgramSet set = programs(U280, 200);
        assertEquals("decode-16", set.of(0, 1).name());
        assertEquals("decode-16", set.of(15, 1).name());
        assertEquals("decode-32", set.of(16, 1).name());
        assertEquals("decode-200", set.of(199, 1).name());
        assertEquals("prefill-128", set.of(126, 2).name());
        assertEquals("prefill-200", set.of(127, 2).name());
        assertSame(set.of(Phase.DECODE).getLast().program(), set.longest(Phase.DECODE));
        assertEquals("no decode program for context 201, allowed: 1 to 200",
                assertThrows(IllegalArgumentException.class, () -> set.of(200, 1)).getMessage());
    }

    @Test
    void setsWithGapsAreRefused() {
        ProgramSet set = programs(U280, 48);
        List<ServedProgram> decode = set.of(Phase.DECODE);
        assertEquals("a set of no programs", assertThrows(IllegalArgumentException.class,
                () -> new ProgramSet(List.of())).getMessage());
        assertEquals("program decode-48 serves contexts from 33; after 16 comes 17",
                assertThrows(IllegalArgumentException.class,
                        () -> new ProgramSet(List.of(decode.get(0), decode.get(2)))).getMessage());
        ServedProgram shorter = new ServedProgram(Phase.PREFILL, 1, 32,
                decode.get(1).program());
        assertEquals("the prefill programs serve contexts up to 32 of 48",
                assertThrows(IllegalArgumentException.class, () -> new ProgramSet(List.of(shorter,
                        decode.get(0), decode.get(1), decode.get(2)))).getMessage());
        ServedProgram prefill = set.of(Phase.PREFILL).getFirst();
        ServedProgram few = new ServedProgram(Phase.PREFILL, 1, 16, decode.get(0).program());
        ServedProgram rest = new ServedProgram(Phase.PREFILL, 17, 48, prefill.program());
        assertEquals("program prefill-16 takes 1 tokens a step; needed are 16",
                assertThrows(IllegalArgumentException.class,
                        () -> new ProgramSet(List.of(few, rest))).getMessage());
        assertEquals("decode program for contexts 1 to 47 of a program for up to 48",
                assertThrows(IllegalArgumentException.class, () -> new ServedProgram(Phase.DECODE,
                        1, 47, decode.get(2).program())).getMessage());
    }
}
