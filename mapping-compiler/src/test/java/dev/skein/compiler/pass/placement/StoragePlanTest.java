package dev.skein.compiler.pass.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.hls.board.BoardException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Plans as arithmetic, and the choice among them by a cost that a test makes up. */
class StoragePlanTest {

    private static StorageTarget target(int drives) {
        return StorageTarget.parse("a6000+instcsd*" + drives).getFirst();
    }

    private static StoragePlan plan(String model, int drives, CacheHome home) {
        return StoragePlan.of(ModelCatalogue.config(model), target(drives), home);
    }

    /** InstInfer: decode traffic falls by s / 2 if attention is in the drive. */
    @Test
    void trafficOfDecodingFallsByHalfTheContext() {
        long there = plan("opt-13b", 1, CacheHome.IN_STORAGE)
                .gpuLinkBytes(Phase.DECODE, 64, 2048);
        StoragePlan fetched = plan("opt-13b", 1, CacheHome.HOST_MEMORY);
        long cache = fetched.transfers().stream().filter(t -> t.what() == Transfer.What.CACHE)
                .mapToLong(t -> 40 * t.bytes(64, 2048)).sum();
        assertEquals(1024, cache / there);
        assertEquals(0, cache % there);
        assertEquals(64L * 2048 * 819_200, cache);
    }

    /** InstInfer: 1.342 GB a layer for batch 64 and prompts of 1024 tokens. */
    @Test
    void prefillSendsTheKeysAndValuesOfALayer() {
        StoragePlan plan = plan("opt-13b", 1, CacheHome.IN_STORAGE);
        assertEquals(1_342_177_280L, plan.gpuLinkBytes(Phase.PREFILL, 64, 1024) / 40);
        assertTrue(plan.transfers().stream().filter(t -> t.phase() == Phase.PREFILL)
                .allMatch(t -> t.overlap() == Transfer.Overlap.NEXT_LAYER));
    }

    /** 40 heads on 3 drives: 14, 13, 13; together they carry what one drive would. */
    @Test
    void headsAreSplitWithTheirRemainder() {
        StoragePlan three = plan("opt-13b", 3, CacheHome.IN_STORAGE);
        assertEquals(List.of(14, 13, 13), three.headsOfDrive());
        assertEquals(plan("opt-13b", 1, CacheHome.IN_STORAGE).gpuLinkBytes(Phase.DECODE, 7, 100),
                three.gpuLinkBytes(Phase.DECODE, 7, 100));
        Map<Integer, Long> q = three.transfers().stream()
                .filter(t -> t.what() == Transfer.What.Q)
                .collect(Collectors.toMap(t -> t.to().index(), t -> t.volume().bytes()));
        assertEquals(Map.of(0, 14L * 256, 1, 13L * 256, 2, 13L * 256), q);
        assertEquals(40 * 4 * 14 * 256, three.driveLinkBytes(Phase.DECODE, 1, 100));
        assertThrows(BoardException.class, () -> plan("opt-13b", 41, CacheHome.IN_STORAGE));
    }

    /** Grouped queries: q and the output are wider than k and v. */
    @Test
    void groupedQueriesAreSentAll() {
        ModelConfig config = ModelCatalogue.config("llama3-8b");
        int group = config.attention().groupSize();
        assertTrue(group > 1);
        StoragePlan plan = StoragePlan.of(config, target(2), CacheHome.IN_STORAGE);
        for (Transfer t : plan.transfers()) {
            if (t.phase() == Phase.DECODE) {
                boolean wide = t.what() == Transfer.What.Q || t.what() == Transfer.What.OUTPUT;
                assertEquals((wide ? group : 1) * 4L * 2 * config.attention().headDim(),
                        t.volume().bytes(), t.toString());
            }
        }
    }

    @Test
    void onlyDecodeAttentionLeavesTheGpu() {
        for (CacheHome home : CacheHome.values()) {
            for (Stage s : plan("opt-13b", 2, home).stages()) {
                boolean drive = home == CacheHome.IN_STORAGE && s.phase() == Phase.DECODE
                        && s.work() == Stage.Work.ATTENTION;
                assertEquals(drive ? Unit.DRIVE : Unit.GPU, s.on(), home + " " + s);
            }
        }
        assertEquals(List.of(), plan("opt-13b", 2, CacheHome.GPU_MEMORY).transfers());
        assertEquals(List.of(), plan("opt-13b", 2, CacheHome.RECOMPUTE).transfers());
    }

    private static PlacementChoice choose(Map<CacheHome, Double> seconds) {
        return PlacementChoice.of(ModelCatalogue.config("opt-13b"), target(2),
                new Workload(1, 2, 3), (p, _) -> seconds.containsKey(p.home())
                        ? new PlacementCost.Verdict.Fits(0, 0, seconds.get(p.home()))
                        : new PlacementCost.Verdict.Refused("too large"));
    }

    @Test
    void theCheapestThatFitsIsChosen() {
        var seconds = new EnumMap<CacheHome, Double>(CacheHome.class);
        assertEquals(Optional.empty(), choose(seconds).winner());
        seconds.put(CacheHome.RECOMPUTE, 9.0);
        assertEquals(CacheHome.RECOMPUTE, choose(seconds).winner().orElseThrow().plan().home());
        seconds.put(CacheHome.PLAIN_DRIVE, 3.0);
        seconds.put(CacheHome.IN_STORAGE, 3.0);
        assertEquals(CacheHome.IN_STORAGE, choose(seconds).winner().orElseThrow().plan().home());
        seconds.put(CacheHome.GPU_MEMORY, 2.5);
        assertEquals(CacheHome.GPU_MEMORY, choose(seconds).winner().orElseThrow().plan().home());
        assertEquals(CacheHome.values().length, choose(seconds).candidates().size());
    }

    @Test
    void workloadsAreChecked() {
        assertEquals("batch is 0, allowed: 1 to 65536", assertThrows(
                IllegalArgumentException.class, () -> new Workload(0, 1, 1)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new Workload(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Workload(1, 1, -1));
        assertThrows(IllegalArgumentException.class, () -> new Workload(1, 1 << 21, 1));
    }
}
