package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenInsertionTest {
    private static final Tokens NONE = Tokens.NONE;

    private static Instruction load(int dst, int bytes) {
        return new Instruction.Load(NONE, Space.ACT, dst, Memory.HBM, 0, 0, 0, bytes,
                Extent.fixed(1));
    }

    private static Instruction add(int src, int dst, int cols) {
        return new Instruction.Ewise(NONE, EwiseFunction.COPY, src, 0, Space.ACT, 0, 0, dst, 0,
                Extent.fixed(1), cols, false);
    }

    private static List<Instruction> insert(int depth, List<Instruction> body) {
        var stream = new ArrayList<>(body);
        stream.add(new Instruction.End(NONE));
        Program p = TokenInsertion.insert(Small.program(List.of(stream)), depth);
        ProgramVerifier.verify(p);
        return p.streams().getFirst();
    }

    private static void tokens(Instruction i, int waits, int releases) {
        assertEquals(new Tokens(waits, releases), i.tokens(), i.toString());
    }

    @Test
    void smallProgramIsAccepted() {
        Program p = Small.program(3);
        assertEquals(p, ProgramVerifier.verify(p).program());
    }

    @Test
    void readAfterWriteAndWriteAfterRead() {
        int ld = Unit.LD.bit();
        int sfu = Unit.SFU.bit();
        List<Instruction> s = insert(63, List.of(load(0, 256), add(0, 4096, 64), load(0, 256)));
        tokens(s.get(0), 0, sfu);
        tokens(s.get(1), ld, ld);
        tokens(s.get(2), sfu, 0);
    }

    @Test
    void disjointAccessesNeedNoTokens() {
        List<Instruction> s = insert(63, List.of(load(0, 256), add(256, 512, 64)));
        tokens(s.get(0), 0, 0);
        tokens(s.get(1), 0, 0);
    }

    @Test
    void whatFollowsFromAnotherUnitNeedsNoToken() {
        // LD, SFU waits for it, ST of what the SFU wrote, then a load over the SFU's source:
        // the load needs the SFU only; the store has no conflict with the load.
        Instruction store = new Instruction.Store(NONE, Space.ACT, 4096, Memory.HBM, 1, 0, 0, 256,
                Extent.fixed(1));
        Instruction both = new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, 1, 0, 0, 256,
                Extent.fixed(1));
        List<Instruction> s = insert(63, List.of(load(0, 256), add(0, 4096, 64), store, both));
        // The last load conflicts with the store (memory) and the SFU (buffer); the store is later
        // and has waited for the SFU.
        tokens(s.get(3), Unit.ST.bit(), 0);
        tokens(s.get(1), Unit.LD.bit(), Unit.ST.bit());
    }

    @Test
    void queuesAreDrainedAtLoops() {
        List<Instruction> s = insert(63, List.of(load(0, 256),
                new Instruction.Loop(NONE, Extent.fixed(2)), add(0, 4096, 64),
                new Instruction.EndLoop(NONE), load(0, 256)));
        for (Instruction i : s) {
            tokens(i, 0, 0);
        }
    }

    @Test
    void fifoDepthIsKept() {
        var body = new ArrayList<Instruction>();
        for (int i = 0; i < 20; i++) {
            body.add(load(256 * i, 256));
        }
        for (int i = 0; i < 20; i++) {
            body.add(add(256 * i, 65536, 64));
        }
        for (int depth : new int[] {1, 2, 3, 7, 19, 20, 63}) {
            int waits = 0;
            int most = 0;
            int held = 0;
            for (Instruction i : insert(depth, body)) {
                held += Integer.bitCount(i.tokens().releases());
                most = Math.max(most, held);
                held -= Integer.bitCount(i.tokens().waits());
                waits += Integer.bitCount(i.tokens().waits());
            }
            assertEquals(Math.min(20, depth), most, "depth " + depth);
            assertEquals(Math.min(20, depth), waits, "depth " + depth);
            assertEquals(0, held, "depth " + depth);
        }
    }

    @Test
    void missingTokenIsAHazard() {
        List<Instruction> stream = new ArrayList<>(Small.program(1).streams().getFirst());
        var e = assertThrows(ProgramException.class,
                () -> ProgramVerifier.verify(Small.program(List.of(Small.stream(0)))));
        assertTrue(e.getMessage().contains("may overtake it"), e.getMessage());
        assertEquals(10, stream.size());
    }
}
