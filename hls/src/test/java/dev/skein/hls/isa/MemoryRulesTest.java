package dev.skein.hls.isa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule about addresses, with its one-line message, and the last value that is allowed. */
class MemoryRulesTest {
    private static final Tokens NONE = Tokens.NONE;
    private static final Extent ONE = Extent.fixed(1);
    private static final int ACT = Small.BUFFERS.actBytes();
    private static final String KV = " (weights 0..1048576, kv 1048576..2097152); correct the"
            + " offset, base register or count";
    private static final String TABLES = " (tables 4096..1052672, ids 0..4096, logits"
            + " 2097152..2162688); correct the offset, base register or count";

    private static Program program(Instruction... body) {
        var stream = new ArrayList<>(List.of(body));
        stream.add(new Instruction.End(NONE));
        return Small.program(List.of(stream));
    }

    private static void accepted(Instruction... body) {
        ProgramVerifier.verify(TokenInsertion.insert(program(body)));
    }

    private static void refused(String message, Instruction... body) {
        var e = assertThrows(ProgramException.class, () -> ProgramVerifier.verify(program(body)));
        assertEquals("program small, core 0, instruction " + message, e.getMessage());
    }

    private static Instruction load(int base, long offset, int positionStride, int rowBytes,
            Extent count) {
        return new Instruction.Load(NONE, Space.ACT, 0, Memory.HBM, base, offset, positionStride,
                rowBytes, count);
    }

    private static Instruction loadTo(int dst, Extent count) {
        return new Instruction.Load(NONE, Space.ACT, dst, Memory.HBM, 0, 0, 0, 64, count);
    }

    private static Instruction store(Memory memory, int base, long offset, int positionStride) {
        return new Instruction.Store(NONE, Space.ACT, 0, memory, base, offset, positionStride, 64,
                ONE);
    }

    private static Instruction gather(int base, long offset, long index) {
        return new Instruction.LoadGather(NONE, 0, 64, base, offset, 64, index,
                Extent.tokens(1));
    }

    private static Instruction add(int base, long value) {
        return new Instruction.SetBase(NONE, base, value, true);
    }

    @Test
    void buffersEnd() {
        accepted(loadTo(ACT - 64, ONE));
        refused("0 (ld), field dst: writes ACT bytes 1048528..1048592, the buffer has 1048576; use"
                + " a lower address or a smaller tile", loadTo(ACT - 48, ONE));
        accepted(loadTo(ACT - 64 * Small.CONTEXT, Extent.context(1)));
        refused("0 (ld), field dst: writes ACT bytes 1046544..1048592, the buffer has 1048576; use"
                + " a lower address or a smaller tile",
                loadTo(ACT - 64 * Small.CONTEXT + 16, Extent.context(1)));
        refused("0 (bcast), field dst: writes ACT bytes 1048512..1048640, the buffer has 1048576;"
                + " use a lower address or a smaller tile",
                new Instruction.Broadcast(NONE, 0, 0, ACT - 64, 0, ONE, 32),
                new Instruction.Barrier(NONE, 0, ACT));
        refused("0 (sync), field gather: writes ACT bytes 4..1048580, the buffer has 1048576; use a"
                + " lower address or a smaller tile", new Instruction.Barrier(NONE, 4, ACT));
    }

    @Test
    void regionsEnd() {
        accepted(load(0, (1 << 20) - 64, 0, 64, ONE));
        refused("0 (ld), field offset: reads HBM bytes 1048513..1048577 through B0, which lie in no"
                + " single region of this core" + KV, load(0, (1 << 20) - 63, 0, 64, ONE));
        // POS is at most 31 with one token, 28 with four.
        accepted(load(1, (1 << 20) - 64 * 32, 64, 64, Extent.tokens(1)));
        refused("0 (ld), field offset: reads HBM bytes 2095105..2097153 through B1, which lie in no"
                + " single region of this core" + KV,
                load(1, (1 << 20) - 64 * 32 + 1, 64, 64, Extent.tokens(1)));
        accepted(load(1, (1 << 20) - 64 * 28 - 4 * 100, 64, 100, Extent.tokens(1)));
        refused("0 (ld), field offset: reads HBM bytes 2094961..2097153 through B1, which lie in no"
                + " single region of this core" + KV,
                load(1, (1 << 20) - 64 * 28 - 4 * 100 + 1, 64, 100, Extent.tokens(1)));
    }

    @Test
    void onlyWritableRegionsAreStoredTo() {
        accepted(store(Memory.HBM, 1, 0, 64));
        refused("0 (st), field offset: stores to region weights, which holds WEIGHTS and is read"
                + " only; store to KV or OUTPUT", store(Memory.HBM, 0, 0, 0));
        refused("0 (st), field offset: stores to region ids, which holds INPUT and is read only;"
                + " store to KV or OUTPUT", store(Memory.DDR, 4, 0, 0));
        refused("0 (st), field offset: writes PARAM bytes 65536..65600 through B2, which lie in no"
                + " single region of this core (params 0..65536); correct the offset, base register"
                + " or count", store(Memory.PARAM, 2, 65536, 0));
    }

    @Test
    void gathersReadTables() {
        accepted(gather(4, 4096, 4096 - 16));
        refused("0 (ldg), field index: reads DDR bytes 4084..4100 through B4, which lie in no"
                + " single region of this core" + TABLES, gather(4, 4096, 4084));
        refused("0 (ldg), field offset: gathers from region logits, which the device writes; gather"
                + " from TABLES by ids in INPUT", gather(4, 2 << 20, 0));
    }

    @Test
    void baseRegistersAreFollowed() {
        accepted(add(0, 1 << 19), load(0, (1 << 19) - 64, 0, 64, ONE));
        refused("1 (ld), field offset: reads HBM bytes 1048513..1048577 through B0, which lie in no"
                + " single region of this core" + KV,
                add(0, 1 << 19), load(0, (1 << 19) - 63, 0, 64, ONE));
        accepted(new Instruction.SetBase(NONE, 7, 1 << 20, false), store(Memory.HBM, 7, 0, 0));
    }

    @Test
    void baseRegistersInLoops() {
        var loop = new Instruction.Loop(NONE, Extent.fixed(4));
        var end = new Instruction.EndLoop(NONE);
        // The last of four trips loads at 3 * 4096, what follows at 4 * 4096.
        accepted(loop, load(0, (1 << 20) - 3 * 4096 - 64, 0, 64, ONE), add(0, 4096), end,
                load(0, (1 << 20) - 4 * 4096 - 64, 0, 64, ONE));
        refused("1 (ld), field offset: reads HBM bytes 1036225..1048577 through B0, which lie in no"
                + " single region of this core" + KV, loop,
                load(0, (1 << 20) - 3 * 4096 - 63, 0, 64, ONE), add(0, 4096), end);
        refused("3 (ld), field offset: reads HBM bytes 1048513..1048577 through B0, which lie in no"
                + " single region of this core" + KV, loop, add(0, 4096), end,
                load(0, (1 << 20) - 4 * 4096 - 63, 0, 64, ONE));
        // Nested: 4 * 4 trips; a set in the body makes the loop around harmless.
        accepted(loop, loop, load(0, (1 << 20) - 15 * 4096 - 64, 0, 64, ONE), add(0, 4096), end,
                end);
        refused("2 (ld), field offset: reads HBM bytes 987073..1048577 through B0, which lie in no"
                + " single region of this core" + KV, loop, loop,
                load(0, (1 << 20) - 15 * 4096 - 63, 0, 64, ONE), add(0, 4096), end, end);
        accepted(loop, new Instruction.SetBase(NONE, 0, 0, false), loop,
                load(0, (1 << 20) - 3 * 4096 - 64, 0, 64, ONE), add(0, 4096), end, end);
        // The set at the end of the body is what later trips begin with.
        refused("1 (ld), field offset: reads HBM bytes 0..1048577 through B0, which lie in no"
                + " single region of this core" + KV, loop, load(0, 0, 0, 64, ONE),
                new Instruction.SetBase(NONE, 0, (1 << 20) - 63, false), end);
    }

    @Test
    void tripsFollowTheContext() {
        var loop = new Instruction.Loop(NONE, Extent.tile(16));
        var end = new Instruction.EndLoop(NONE);
        // A context of 32 makes one or two trips.
        accepted(loop, load(0, 0, 0, 64, ONE), add(0, (1 << 20) - 64), end);
        refused("1 (ld), field offset: reads HBM bytes 0..1048577 through B0, which lie in no"
                + " single region of this core" + KV, loop, load(0, 0, 0, 64, ONE),
                add(0, (1 << 20) - 63), end);
        // After the loop the register is anywhere between.
        refused("3 (ld), field offset: reads HBM bytes 524288..1048640 through B0, which lie in no"
                + " single region of this core" + KV, loop, add(0, 1 << 19), end,
                load(0, 0, 0, 64, ONE));
    }
}
