package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.ProgramVerifier;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Registers;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TransferTest {
    private static final BufferSizes SIZES = new BufferSizes(1 << 20, 1 << 20, 4096);
    private static final Region WEIGHTS = new Region("weights", Memory.HBM, 1,
            Region.Kind.WEIGHTS, 0, 4096, 1 << 20);
    private static final Region KV =
            new Region("kv", Memory.HBM, 1, Region.Kind.KV, 1, 1L << 33, 300_000);
    private static final Region TABLES = new Region("tables", Memory.DDR, Region.SHARED,
            Region.Kind.TABLES, 3, 128, 10_000);
    private static final Region IDS = new Region("ids", Memory.DDR, Region.SHARED,
            Region.Kind.INPUT, 4, 10_128, 64);

    private final byte[] weights = random(1 << 20, 1);
    private final byte[] tables = random(10_000, 2);
    private final Program program = new Program("transfers", 8, 64, SIZES,
            List.of(WEIGHTS, KV, TABLES, IDS), List.of(end(), end()));
    private final DeviceMemory memory = DeviceMemory.of(List.of(program), this::image);
    private final Execution execution = new Execution(ProgramVerifier.verify(program), memory,
            new ExecutionMode(true, 2));

    private static List<Instruction> end() {
        return List.of(new Instruction.End(Tokens.NONE));
    }

    private MemorySegment image(Region region) {
        return switch (region.kind()) {
            case WEIGHTS -> MemorySegment.ofArray(weights).asReadOnly();
            case TABLES -> MemorySegment.ofArray(tables).asReadOnly();
            case KV, SCRATCH, INPUT, OUTPUT, PARAMS -> null;
        };
    }

    private static byte[] random(int n, long seed) {
        byte[] bytes = new byte[n];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private void run(Instruction i, Registers r) {
        execution.execute(1, i, r, program.baseRegisters(1));
    }

    private byte[] on(Space space, int from, int to) {
        return Arrays.copyOfRange(execution.core(1).bytes(space), from, to);
    }

    @Test
    void loadsRowsByLengthAndPosition() {
        run(load(Space.WGT, 32, 100, 16, 48, Extent.context(2)), new Registers(3, 2, 0));
        assertArrayEquals(Arrays.copyOfRange(weights, 148, 148 + 480), on(Space.WGT, 32, 512));
        assertArrayEquals(new byte[32], on(Space.WGT, 0, 32));
        assertArrayEquals(new byte[32], on(Space.WGT, 512, 544));
    }

    @Test
    void tiledLoadsAdvanceTheSource() {
        run(load(Space.PAR, 0, 0, 0, 10, Extent.tile(4)), new Registers(9, 1, 2));
        assertArrayEquals(Arrays.copyOfRange(weights, 80, 100), on(Space.PAR, 0, 20));
        assertArrayEquals(new byte[12], on(Space.PAR, 20, 32));
        run(load(Space.PAR, 0, 0, 0, 10, Extent.tile(4)), new Registers(9, 1, 3));
        assertArrayEquals(Arrays.copyOfRange(weights, 80, 100), on(Space.PAR, 0, 20));
    }

    /** Block 0 and the window from token 128 on: 64 to 127 are left out. */
    private static final Registers GAP = new Registers(200, 3, 0, new Span(1, 2, 0));

    @Test
    void theGapOfASpanIsNotLoaded() {
        run(load(Space.WGT, 32, 100, 0, 48, Extent.context(1)), GAP);
        byte[] kept = new byte[48 * (203 - 64)];
        System.arraycopy(weights, 100, kept, 0, 48 * 64);
        System.arraycopy(weights, 100 + 48 * 128, kept, 48 * 64, kept.length - 48 * 64);
        assertArrayEquals(kept, on(Space.WGT, 32, 32 + kept.length));
        assertArrayEquals(new byte[32], on(Space.WGT, 32 + kept.length, 64 + kept.length));
        // A tile across the gap, and one behind it.
        run(load(Space.PAR, 0, 100, 0, 48, Extent.tile(50)), GAP.at(1));
        assertArrayEquals(Arrays.copyOfRange(kept, 48 * 50, 48 * 100), on(Space.PAR, 0, 48 * 50));
        run(load(Space.PAR, 0, 100, 0, 48, Extent.tile(50)), GAP.at(2));
        assertArrayEquals(Arrays.copyOfRange(kept, 48 * 100, 48 * 139),
                on(Space.PAR, 0, 48 * 39));
    }

    @Test
    void largeLoadsWithAGapAreWholeOnTwoThreads() {
        run(load(Space.WGT, 0, 0, 0, 5000, Extent.context(1)), GAP);
        assertArrayEquals(Arrays.copyOf(weights, 5000 * 64), on(Space.WGT, 0, 5000 * 64));
        assertArrayEquals(Arrays.copyOfRange(weights, 5000 * 128, 5000 * 203),
                on(Space.WGT, 5000 * 64, 5000 * 139));
    }

    @Test
    void theGapOfASpanIsNotStored() {
        byte[] rows = random(100 * 139, 9);
        System.arraycopy(rows, 0, execution.core(1).bytes(Space.ACT), 64, rows.length);
        run(new Instruction.Store(Tokens.NONE, Space.ACT, 64, Memory.HBM, 1, 0, 0, 100,
                Extent.context(1)), GAP);
        byte[] expected = new byte[100 * 210];
        System.arraycopy(rows, 0, expected, 0, 100 * 64);
        System.arraycopy(rows, 100 * 64, expected, 100 * 128, rows.length - 100 * 64);
        assertArrayEquals(expected, memory.read(KV, 0, expected.length));
    }

    @Test
    void largeLoadsAreWholeOnTwoThreads() {
        run(load(Space.WGT, 16, 1000, 0, 700_001, Extent.fixed(1)), new Registers(0, 1, 0));
        assertArrayEquals(Arrays.copyOfRange(weights, 1000, 701_001), on(Space.WGT, 16, 700_017));
        assertArrayEquals(new byte[15], on(Space.WGT, 700_017, 700_032));
    }

    private static Instruction load(Space to, int dst, long offset, int stride, int rowBytes,
            Extent count) {
        return new Instruction.Load(Tokens.NONE, to, dst, Memory.HBM, 0, offset, stride, rowBytes,
                count);
    }

    @Test
    void storedRowsComeBackAndTheRestIsZero() {
        byte[] row = random(1000, 3);
        System.arraycopy(row, 0, execution.core(1).bytes(Space.ACT), 64, 1000);
        run(store(KV, 65_000, Extent.fixed(2)), new Registers(5, 1, 0));
        byte[] kv = memory.read(KV, 0, 300_000);
        assertArrayEquals(row, Arrays.copyOfRange(kv, 65_100, 66_100));
        Arrays.fill(kv, 65_100, 66_100, (byte) 0);
        assertArrayEquals(new byte[300_000], kv);
        // two pages of 64 KiB: the row crosses their border
        assertEquals(2 << 16, memory.touchedBytes());
    }

    @Test
    void refusesStoresOutsideWritableRegions() {
        var error = assertThrows(IllegalStateException.class,
                () -> run(store(WEIGHTS, 0, Extent.fixed(2)), new Registers(0, 1, 0)));
        assertEquals("store of 1000 B at HBM of core 1, offset 4096: region weights (WEIGHTS, HBM,"
                + " offset 4096, 1048576 B) is read only", error.getMessage());
        error = assertThrows(IllegalStateException.class,
                () -> run(store(KV, 299_001, Extent.fixed(2)), new Registers(0, 1, 0)));
        assertEquals("access of 1000 B at HBM of core 1, offset 8590233593: not inside one region",
                error.getMessage());
    }

    private static Instruction store(Region region, long offset, Extent count) {
        return new Instruction.Store(Tokens.NONE, Space.ACT, 64, Memory.HBM, region.base(), offset,
                20, 500, count);
    }

    @Test
    void gathersRowsOfTokens() {
        memory.write(IDS, 0, new byte[] {7, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0});
        run(gather(), new Registers(0, 3, 0));
        assertArrayEquals(Arrays.copyOfRange(tables, 700, 800), on(Space.ACT, 16, 116));
        assertArrayEquals(Arrays.copyOfRange(tables, 0, 100), on(Space.ACT, 144, 244));
        assertArrayEquals(Arrays.copyOfRange(tables, 9900, 10_000), on(Space.ACT, 272, 372));
        assertArrayEquals(new byte[28], on(Space.ACT, 116, 144));
    }

    @Test
    void refusesRowsOutsideTheTable() {
        for (int id : new int[] {-1, 100, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            memory.writeTokens(3, id);
            var error = assertThrows(IllegalStateException.class,
                    () -> run(gather(), new Registers(0, 2, 0)));
            assertEquals("row number " + id + " of token 1: not in region tables",
                    error.getMessage());
        }
    }

    private static Instruction gather() {
        return new Instruction.LoadGather(Tokens.NONE, 16, 128, 3, 0, 100, 10_000,
                Extent.tokens(1));
    }

    @Test
    void broadcastsToAllCores() {
        byte[] src = random(4096, 4);
        System.arraycopy(src, 0, execution.core(1).bytes(Space.ACT), 0, 4096);
        run(new Instruction.Broadcast(Tokens.NONE, 8, 200, 8192, 160, Extent.tokens(1), 25),
                new Registers(0, 3, 0));
        for (int core = 0; core < 2; core++) {
            byte[] act = execution.core(core).bytes(Space.ACT);
            for (int row = 0; row < 3; row++) {
                assertArrayEquals(Arrays.copyOfRange(src, 8 + 200 * row, 108 + 200 * row),
                        Arrays.copyOfRange(act, 8192 + 160 * row, 8292 + 160 * row));
                assertArrayEquals(new byte[60],
                        Arrays.copyOfRange(act, 8292 + 160 * row, 8352 + 160 * row));
            }
        }
    }
}
