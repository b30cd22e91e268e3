package dev.skein.runtime.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.pass.placement.CacheHome;
import dev.skein.compiler.pass.placement.PlacementCost.Verdict;
import dev.skein.compiler.pass.placement.StoragePlan;
import dev.skein.compiler.pass.placement.StorageTarget;
import dev.skein.compiler.pass.placement.Transfer;
import dev.skein.compiler.pass.placement.Workload;
import dev.skein.sim.storage.Attention;
import dev.skein.sim.storage.DriveReport;
import dev.skein.sim.storage.FaultPlan;
import dev.skein.sim.storage.step.PlacementException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the compiler plans is what the simulator times. */
class StorageModelTest {

    private static StorageModel of(String model, int drives) {
        return new StorageModel(ModelCatalogue.config(model),
                StorageTarget.parse("a6000+instcsd*" + drives).getFirst(),
                new Attention.Dense());
    }

    /** The drive with most heads is sent and sends what the plan lists, grouped queries too. */
    @ParameterizedTest
    @CsvSource({"opt-13b, 3", "llama3-8b, 3", "opt-125m, 1"})
    void thePlansBytesCrossTheDrivesLink(String model, int drives) {
        StorageModel timed = of(model, drives);
        var workload = new Workload(3, 200, 2);
        StoragePlan plan = StoragePlan.of(timed.model(), timed.target(), CacheHome.IN_STORAGE);
        DriveReport.Counts counts = LayerRun.of(timed.timeline(CacheHome.IN_STORAGE), workload,
                FaultPlan.NONE).still().counts();
        assertEquals(plan.driveLinkBytes(Phase.DECODE, 3, workload.middleContext()),
                timed.model().layers() * (counts.bytesIn() + counts.bytesOut()));
    }

    @Test
    void aFetchedCacheIsThePlansTransfer() {
        StorageModel timed = of("opt-13b", 2);
        for (CacheHome home : List.of(CacheHome.HOST_MEMORY, CacheHome.PLAIN_DRIVE)) {
            StoragePlan plan = StoragePlan.of(timed.model(), timed.target(), home);
            double planned = plan.transfers().stream()
                    .filter(t -> t.what() == Transfer.What.CACHE)
                    .mapToDouble(t -> 40.0 * t.bytes(4, 1000)).sum();
            assertEquals(planned, timed.timeline(home).decode(4, 1000).cacheBytes(), 1);
        }
    }

    @Test
    void verdictsAreSecondsOrAReason() {
        StorageModel timed = of("opt-13b", 2);
        ModelConfig model = timed.model();
        var small = new Workload(1, 128, 4);
        for (CacheHome home : CacheHome.values()) {
            var fits = (Verdict.Fits) timed.of(StoragePlan.of(model, timed.target(), home), small);
            assertEquals(timed.run(home, small).seconds(), fits.requestSeconds(), 1e-12);
            assertEquals(fits.prefillSeconds() + 4 * fits.stepSeconds(), fits.requestSeconds(),
                    1e-12);
        }
        var large = new Workload(64, 1024, 1024);
        var refused = (Verdict.Refused) timed.of(StoragePlan.of(model, timed.target(),
                CacheHome.GPU_MEMORY), large);
        assertTrue(refused.reason().startsWith("GPU memory: "), refused.reason());
        assertThrows(PlacementException.class, () -> timed.run(CacheHome.GPU_MEMORY, large));
    }
}
