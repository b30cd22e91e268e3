package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Tokens;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Folding loses nothing, and makes the program of a large model small. */
class FoldingTest {
    private static final FpgaTarget U280 = FpgaTarget.of(Boards.load("u280"));
    private static final Instruction END = new Instruction.End(Tokens.NONE);

    private static Program program(List<Instruction> stream) {
        return new Program("test", 1, 64, new BufferSizes(1 << 20, 1 << 20, 1 << 16), List.of(
                new Region("weights0", Memory.HBM, 0, Region.Kind.WEIGHTS, 0, 0, 1 << 20),
                new Region("kv0", Memory.HBM, 0, Region.Kind.KV, 1, 1 << 20, 1 << 20)),
                List.of(stream));
    }

    private static Instruction load(int dst, int base, long offset) {
        return new Instruction.Load(Tokens.NONE, Space.WGT, dst, Memory.HBM, base, offset, 0, 64,
                Extent.fixed(1));
    }

    /** What is dispatched: REP written out, base registers added to the offsets. */
    static List<Instruction> dispatched(Program program, int core) {
        var out = new ArrayList<Instruction>();
        long[] start = program.baseRegisters(core);
        long[] bases = start.clone();
        List<Instruction> stream = program.streams().get(core);
        int rep = 0;
        int left = 0;
        for (int i = 0; i < stream.size(); i++) {
            switch (stream.get(i)) {
                case Instruction.Repeat r -> {
                    rep = i;
                    left = r.count();
                }
                case Instruction.EndRepeat _ -> i = --left > 0 ? rep : i;
                case Instruction.SetBase s -> bases[s.base()] = s.value()
                        + (s.add() ? bases[s.base()] : 0);
                case Instruction.Load l -> out.add(new Instruction.Load(l.tokens(), l.dstSpace(),
                        l.dst(), l.memory(), l.base(),
                        l.offset() + bases[l.base()] - start[l.base()], l.positionStride(),
                        l.rowBytes(), l.count()));
                case Instruction.Store s -> out.add(new Instruction.Store(s.tokens(), s.srcSpace(),
                        s.src(), s.memory(), s.base(),
                        s.offset() + bases[s.base()] - start[s.base()], s.positionStride(),
                        s.rowBytes(), s.count()));
                case Instruction x -> out.add(x);
            }
        }
        return out;
    }

    @Test
    void repeatsABodyWhoseOffsetsGrowByOneStepABase() {
        var stream = new ArrayList<Instruction>();
        stream.add(load(512, 0, 7));
        for (int layer = 0; layer < 20; layer++) {
            stream.add(load(0, 0, 1000 + 128L * layer));
            stream.add(load(64, 1, 64L * layer));
            stream.add(load(128, 0, 5000 + 128L * layer));
        }
        stream.add(END);
        Program folded = Folding.fold(program(stream));
        assertEquals(List.of(load(512, 0, 7), new Instruction.Repeat(Tokens.NONE, 20),
                load(0, 0, 1000), load(64, 1, 0), load(128, 0, 5000),
                new Instruction.SetBase(Tokens.NONE, 0, 128, true),
                new Instruction.SetBase(Tokens.NONE, 1, 64, true),
                new Instruction.EndRepeat(Tokens.NONE),
                new Instruction.SetBase(Tokens.NONE, 0, 0, false),
                new Instruction.SetBase(Tokens.NONE, 1, 1 << 20, false), END),
                folded.streams().getFirst());
        assertEquals(stream, dispatched(folded, 0));
    }

    @Test
    void leavesStreamsAloneThatHaveRepetitionsOrSetBases() {
        var stream = new ArrayList<Instruction>();
        stream.add(new Instruction.SetBase(Tokens.NONE, 0, 64, true));
        for (int i = 0; i < 50; i++) {
            stream.add(load(0, 0, 64));
        }
        stream.add(END);
        assertSame(stream.get(7), Folding.fold(program(stream)).streams().getFirst().get(7));
        assertEquals(stream, Folding.fold(program(stream)).streams().getFirst());
    }

    @Test
    void neverCutsALoop() {
        var stream = new ArrayList<Instruction>();
        for (int i = 0; i < 30; i++) {
            // The first loop is another, but its body comes again.
            stream.add(new Instruction.Loop(Tokens.NONE, Extent.tile(i == 0 ? 32 : 16)));
            stream.add(load(0, 0, 64));
            stream.add(new Instruction.EndLoop(Tokens.NONE));
        }
        stream.add(END);
        Program folded = Folding.fold(program(stream));
        assertEquals(stream, dispatched(folded, 0));
        assertEquals(new Instruction.Repeat(Tokens.NONE, 29), folded.streams().getFirst().get(3));
    }

    @Test
    void writtenOutAgainRandomStreamsAreTheSame() {
        long seed = 20261123;
        var random = new SplittableRandom(seed);
        for (int n = 0; n < 200; n++) {
            var stream = new ArrayList<Instruction>();
            for (int part = random.nextInt(1, 4); part > 0; part--) {
                int length = random.nextInt(1, 12);
                int[] dst = random.ints(length, 0, 3).toArray();
                int[] base = random.ints(length, 0, 2).toArray();
                long[] step = {64L * random.nextInt(3), 64L * random.nextInt(3)};
                for (int trip = random.nextInt(1, 30); trip > 0; trip--) {
                    for (int i = 0; i < length; i++) {
                        long start = random.nextInt(40) == 0 ? 32 : 4096;
                        stream.add(load(16 * dst[i], base[i],
                                start + step[base[i]] * (30 - trip)));
                    }
                }
            }
            stream.add(END);
            assertEquals(stream, dispatched(Folding.fold(program(stream)), 0), "seed " + seed
                    + ", stream " + n);
        }
    }

    @Test
    void allLengthsOfLlama2FitAMebibyte() {
        var graph = new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse("w4g16")),
                new Placement(U280))).run(GraphBuilder.build(ModelCatalogue.config("llama2-7b")),
                        PassContext.shapesOnly()).graph();
        FpgaPlan plan = FpgaCompiler.compile(graph, U280, 2048, EnumSet.allOf(Phase.class));
        assertTrue(plan.programBytes() <= 1 << 20, plan.programBytes() + " bytes");
    }
}
