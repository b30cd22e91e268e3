package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.InstructionCodec;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Opcode;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Counted volumes against programs that are written and encoded. */
class InstructionLadderTest {
    private static final Board U280 = Boards.load("u280");
    /** The small buffer has two ranges of it. */
    private static final int LONGEST = 264;
    /** Weight buffers that hold whole contexts, and tiles of them. */
    private static final int[] WGT_BYTES = {U280.buffers().wgtBytes(), 1 << 13};

    private static ProgramSet programs(int wgtBytes, LengthStrategy lengths) {
        return programs(wgtBytes, lengths, LONGEST);
    }

    private static ProgramSet programs(int wgtBytes, LengthStrategy lengths, int longest) {
        Graph graph = new Compilation(U280, new Compilation.Options(QuantScheme.parse("w4"),
                longest, OptionalDouble.empty())).graph(ModelCatalogue.config("smollm2-135m"),
                        PassContext.shapesOnly());
        BufferSizes b = U280.buffers();
        FpgaTarget target = FpgaTarget.of(U280).with(new BufferSizes(b.actBytes(), wgtBytes,
                b.parBytes()));
        return FpgaCompiler.compile(graph, target, longest, lengths,
                EnumSet.allOf(Phase.class)).programs();
    }

    private static long encoded(Program program) {
        return program.streams().stream().mapToLong(
                s -> InstructionCodec.encodeStream(s).length).sum();
    }

    @Test
    void everyLengthIsCountedAsItIsWritten() {
        int longest = 48;
        for (int wgtBytes : WGT_BYTES) {
            ProgramSet one = programs(wgtBytes, LengthStrategy.PARAMETRIC, longest);
            InstructionLadder ladder = InstructionLadder.of(one, U280);
            long alone = 0;
            for (Phase phase : Phase.values()) {
                VerifiedProgram all = ProgramVerifier.verify(
                        Unfolding.unfold(one.longest(phase).program()));
                for (int length = 1; length <= longest; length++) {
                    alone += byChannel(FixedLength.of(all, length).program(), length);
                }
            }
            assertEquals(alone, ladder.rungs().get(0).bytes(), "weight buffer " + wgtBytes);
            assertEquals(2 * longest, ladder.rungs().get(0).programs());
        }
    }

    /** Bytes with an instruction for each channel on which a byte of a transfer lies. */
    private static long byChannel(Program program, int length) {
        int tokens = Math.min(program.maxTokens(), length);
        long words = 0;
        for (int core = 0; core < program.cores(); core++) {
            long[] bases = program.baseRegisters(core);
            OffChipMemory hbm = U280.memory(Memory.HBM, core);
            for (Instruction i : program.streams().get(core)) {
                if (!(i instanceof Instruction.Transfer t) || t.memory() != Memory.HBM) {
                    words++;
                    continue;
                }
                int rows = switch (t.count().mode()) {
                    case FIXED -> t.count().imm();
                    case TOKENS -> t.count().imm() * tokens;
                    case CONTEXT, TILE -> length;
                };
                long at = bases[t.base()] + t.offset()
                        + (long) t.positionStride() * (length - tokens);
                long end = at + (long) rows * t.rowBytes();
                long channels = 0;
                for (long a = at; a < end; a = (a / hbm.stripeBytes() + 1) * hbm.stripeBytes()) {
                    channels |= 1L << hbm.channel(a);
                }
                words += Long.bitCount(channels);
            }
        }
        return words * Opcode.WORD_BYTES;
    }

    @Test
    void bucketsAreCountedAsTheyAreStored() {
        for (int wgtBytes : WGT_BYTES) {
            InstructionLadder ladder = InstructionLadder.of(
                    programs(wgtBytes, LengthStrategy.PARAMETRIC), U280);
            ProgramSet buckets = programs(wgtBytes, LengthStrategy.BUCKETS);
            long stored = buckets.programs().stream()
                    .mapToLong(p -> encoded(p.program().program())).sum();
            long sharedOnce = buckets.programs().stream().map(p -> p.program().program())
                    .mapToLong(p -> 32L * p.streams().stream().skip(1).mapToInt(
                            s -> Alike.of(p.streams().getFirst(), s).cardinality()).sum()).sum();
            assertEquals(buckets.programs().size(), ladder.rungs().get(2).programs());
            if (wgtBytes == WGT_BYTES[0]) {
                assertEquals(stored - sharedOnce, ladder.rungs().get(2).bytes());
            }
            assertTrue(ladder.alike() > 0 && ladder.alike() < 1, "alike " + ladder.alike());
            assertTrue(ladder.rungs().get(2).bytes() < stored);
        }
    }

    @Test
    void theLastRungsAreWhatIsStored() {
        for (int wgtBytes : WGT_BYTES) {
            theLastRungsAreWhatIsStored(programs(wgtBytes, LengthStrategy.PARAMETRIC));
        }
    }

    private static void theLastRungsAreWhatIsStored(ProgramSet one) {
        List<InstructionLadder.Rung> rungs = InstructionLadder.of(one, U280).rungs();
        assertEquals(one.programs().stream().mapToLong(p -> encoded(p.program().program())).sum(),
                rungs.get(4).bytes());
        assertEquals(one.programs().stream()
                .mapToLong(p -> encoded(Unfolding.unfold(p.program().program()))).sum(),
                rungs.get(3).bytes());
        for (int i = 1; i < rungs.size(); i++) {
            assertTrue(rungs.get(i).bytes() < rungs.get(i - 1).bytes(), rungs.toString());
        }
    }

    @Test
    void bucketsHaveNoLadder() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> InstructionLadder.of(
                programs(WGT_BYTES[0], LengthStrategy.BUCKETS), U280)).getMessage()
                .startsWith("compiled in buckets: the ladder starts from the programs for all"));
    }

    @Test
    void unfoldingIsTheInverseOfFolding() {
        for (ServedProgram p : programs(WGT_BYTES[0], LengthStrategy.PARAMETRIC).programs()) {
            Program unfolded = Unfolding.unfold(p.program().program());
            assertEquals(p.program().program(), Folding.fold(unfolded));
            for (int core = 0; core < unfolded.cores(); core++) {
                assertEquals(FoldingTest.dispatched(p.program().program(), core),
                        unfolded.streams().get(core));
            }
        }
    }
}
