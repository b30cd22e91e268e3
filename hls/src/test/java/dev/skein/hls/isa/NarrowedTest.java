package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Programs for fewer lengths, verified by comparison: what is accepted, and each refusal. */
class NarrowedTest {
    private static final int BUCKET = 16;
    private static final Tokens NONE = Tokens.NONE;
    private static final VerifiedProgram ALL = ProgramVerifier.verify(TokenInsertion.insert(
            Small.program(List.of(stream(Extent.context(1), Extent.context(1))))));

    private static List<Instruction> stream(Extent rows, Extent cols) {
        return List.of(new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, 1, 0, 0, 16, rows),
                new Instruction.Softmax(NONE, 4096, 256, Extent.tokens(1), cols, 1f, true),
                new Instruction.Load(NONE, Space.ACT, 1 << 16, Memory.HBM, 1, 0, 0, 1,
                        Extent.context(1 << 14)),
                new Instruction.End(NONE));
    }

    private static Program bucket(int maxTokens, int maxContext, List<Instruction> stream) {
        Program all = ALL.program();
        var tokens = new ArrayList<Instruction>();
        for (int i = 0; i < stream.size(); i++) {
            tokens.add(i < 4 ? stream.get(i).withTokens(all.streams().getFirst().get(i).tokens())
                    : stream.get(i));
        }
        return new Program("bucket", maxTokens, maxContext, all.buffers(), all.regions(),
                List.of(tokens));
    }

    private static Program bucket(Extent rows, Extent cols) {
        return bucket(Small.TOKENS, BUCKET, stream(rows, cols));
    }

    private static void refused(String message, Program program) {
        assertEquals("program bucket" + message, assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(program, ALL)).getMessage());
    }

    @Test
    void fixedLengthsAreAccepted() {
        Program program = bucket(Extent.fixed(BUCKET), Extent.fixed(BUCKET));
        assertEquals(program, ProgramVerifier.verify(program, ALL).program());
        ProgramVerifier.verify(program);
        ProgramVerifier.verify(bucket(Extent.context(1), Extent.fixed(BUCKET)), ALL);
    }

    @Test
    void otherLimitsAreRefused() {
        refused(": 1 streams for contexts up to 33 and 4 tokens; the verified program has 1 for 32"
                + " and 4: no larger limits, the same regions and buffers",
                bucket(4, 33, stream(Extent.context(1), Extent.context(1))));
        refused(": 1 streams for contexts up to 32 and 5 tokens; the verified program has 1 for 32"
                + " and 4: no larger limits, the same regions and buffers",
                bucket(5, 32, stream(Extent.context(1), Extent.context(1))));
        refused(", field maxContext: maxTokens 4, maxContext 3: 1 <= maxTokens <= maxContext <="
                + " 1048576", bucket(4, 3, stream(Extent.fixed(3), Extent.fixed(3))));
    }

    @Test
    void otherStreamsAreRefused() {
        List<Instruction> same = stream(Extent.fixed(16), Extent.fixed(16));
        refused(", core 0: 3 instructions; the verified program has 4",
                bucket(4, 16, same.subList(1, 4)));
        refused(", core 0, instruction 1 (ld), field code: stands where the verified program has"
                + " softmax", bucket(4, 16, List.of(same.get(0), same.get(0), same.get(2),
                        same.get(3))));
        var moved = new ArrayList<>(same);
        moved.set(0, new Instruction.Load(NONE, Space.ACT, 16, Memory.HBM, 1, 0, 0, 16,
                Extent.fixed(16)));
        refused(", core 0, instruction 0 (ld), field dst: 16 where the verified program has 0; an"
                + " extent over the context may be fixed, at a length it can have",
                bucket(4, 16, moved));
        refused(", core 0, instruction 0 (ld), field count: 33 where the verified program has"
                + " ctx*1; an extent over the context may be fixed, at a length it can have",
                bucket(Extent.fixed(33), Extent.fixed(16)));
        refused(", core 0, instruction 0 (ld), field count: tokens*1 where the verified program has"
                + " ctx*1; an extent over the context may be fixed, at a length it can have",
                bucket(Extent.tokens(1), Extent.fixed(16)));
    }

    @Test
    void rulesOfAnInstructionAreChecked() {
        refused(", core 0, instruction 1 (softmax), field causal: the last row keeps 16 of 15"
                + " columns at POS 15, CNT 1; rows = tokens and cols = ctx always fit",
                bucket(Extent.fixed(16), Extent.fixed(15)));
        List<Instruction> wide = new ArrayList<>(stream(Extent.fixed(16), Extent.fixed(16)));
        Program all = Small.program(List.of(List.of(new Instruction.Load(NONE, Space.ACT, 0,
                Memory.HBM, 1, 0, 0, 1, Extent.context(1 << 15)), wide.get(3))));
        Program fixed = new Program("bucket", 4, 32, all.buffers(), all.regions(),
                List.of(List.of(new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, 1, 0, 0, 1,
                        Extent.fixed(1 << 20)), wide.get(3))));
        assertEquals("program bucket, core 0, instruction 0 (ld), field count: 1048576; from 1 to"
                + " 1048575", assertThrows(ProgramException.class, () -> ProgramVerifier.verify(
                        fixed, ProgramVerifier.verify(all))).getMessage());
    }
}
