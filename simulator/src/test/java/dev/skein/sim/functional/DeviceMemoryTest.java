package dev.skein.sim.functional;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Region.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
    private static final Region IDS =
            new Region("ids", Memory.DDR, Region.SHARED, Kind.INPUT, 4, 0, 64);
    private static final Region LOGITS =
            new Region("logits", Memory.DDR, Region.SHARED, Kind.OUTPUT, 5, 64, 40);

    @Test
    void tokensGoInAndLogitsComeOut() {
        var memory = memory(IDS, LOGITS);
        memory.writeTokens(3, -1, 70_000);
        assertArrayEquals(new byte[] {3, 0, 0, 0, -1, -1, -1, -1, 0x70, 0x11, 1, 0},
                memory.read(IDS, 0, 12));
        memory.write(Memory.DDR, 1, 72, new byte[] {0, 0, (byte) 0x80, (byte) 0xbf}, 0, 4);
        assertArrayEquals(new float[] {0, 0, -1, 0, 0, 0, 0, 0, 0, 0}, memory.readLogits(10));
        var error = assertThrows(IllegalStateException.class, () -> memory.readLogits(11));
        assertEquals("access of 44 B at DDR of core 0, offset 64: not inside one region",
                error.getMessage());
        error = assertThrows(IllegalStateException.class, () -> memory.writeTokens(new int[17]));
        assertEquals("access of 68 B at DDR of core 0, offset 0: not inside one region",
                error.getMessage());
        error = assertThrows(IllegalStateException.class, () -> memory(IDS).readLogits(1));
        assertEquals("0 regions of kind OUTPUT, exactly 1 needed", error.getMessage());
    }

    @Test
    void aHugeCacheCostsOnlyWhatIsWritten() {
        var kv = new Region("kv", Memory.HBM, 0, Kind.KV, 1, 1 << 20, 2L << 30);
        var memory = memory(kv);
        assertEquals(0, memory.touchedBytes());
        assertArrayEquals(new byte[1000], memory.read(kv, (2L << 30) - 1000, 1000));
        memory.write(Memory.HBM, 0, (1L << 20) + (2L << 30) - 1, new byte[] {7}, 0, 1);
        assertEquals(7, memory.read(kv, (2L << 30) - 2, 2)[1]);
        assertEquals(1 << 16, memory.touchedBytes());
    }

    @Test
    void programsShareRegionsOfDifferentSizes() {
        var shorter = new Region("ids", Memory.DDR, Region.SHARED, Kind.INPUT, 4, 0, 4);
        var memory = DeviceMemory.of(List.of(program(shorter, LOGITS), program(IDS, LOGITS)),
                _ -> null);
        assertEquals(List.of(IDS, LOGITS), memory.regions());
        memory.writeTokens(new int[16]);
    }

    @Test
    void coresHaveTheirOwnMemory() {
        var regions = new ArrayList<Region>();
        for (int core = 0; core < 2; core++) {
            regions.add(new Region("kv" + core, Memory.HBM, core, Kind.KV, 1, 0, 16));
        }
        var memory = memory(regions.toArray(Region[]::new));
        memory.write(Memory.HBM, 1, 3, new byte[] {9}, 0, 1);
        assertEquals(0, memory.read(regions.get(0), 3, 1)[0]);
        assertEquals(9, memory.read(regions.get(1), 3, 1)[0]);
    }

    @Test
    void refusesWhatDoesNotFitTogether() {
        var tables = new Region("tables", Memory.DDR, Region.SHARED, Kind.TABLES, 3, 60, 8);
        var error = assertThrows(IllegalArgumentException.class, () -> memory(IDS, tables));
        assertEquals("region tables (TABLES, DDR, offset 60, 8 B) overlaps region ids (INPUT, DDR,"
                + " offset 0, 64 B): regions are disjoint or of one kind and nested",
                error.getMessage());
        error = assertThrows(IllegalArgumentException.class, () -> DeviceMemory.of(
                List.of(program(tables)), _ -> MemorySegment.ofArray(new byte[7])));
        assertEquals("image of region tables (TABLES, DDR, offset 60, 8 B) has 7 bytes, the region"
                + " 8", error.getMessage());
        var single = new Program("one", 1, 1, new BufferSizes(0, 0, 0), List.of(),
                List.of(List.of()));
        error = assertThrows(IllegalArgumentException.class,
                () -> DeviceMemory.of(List.of(program(), single), _ -> null));
        assertEquals("program one has 1 cores, program two has 2", error.getMessage());
    }

    private static DeviceMemory memory(Region... regions) {
        return DeviceMemory.of(List.of(program(regions)), _ -> null);
    }

    private static Program program(Region... regions) {
        return new Program("two", 16, 16, new BufferSizes(0, 0, 0), List.of(regions),
                List.of(List.of(), List.of()));
    }
}
