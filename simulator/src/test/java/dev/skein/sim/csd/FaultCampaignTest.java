package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.sim.csd.fault.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sessions with seeded faults, all kinds of them: whatever the drive says is right to the bit, or
 * it says by name what went wrong.
 */
class FaultCampaignTest {
    @TempDir
    private Path folder;

    @Test
    void everyAnswerIsExactOrANamedError() throws IOException {
        int seeds = Integer.getInteger("fuzz.seeds", 200);
        long first = Long.getLong("fuzz.seed", 1);
        Map<FaultRun.Kind, Integer> reported = new EnumMap<>(FaultRun.Kind.class);
        Map<Status, Integer> statuses = new EnumMap<>(Status.class);
        long retries = 0;
        long failedPrograms = 0;
        int damages = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            Path path = folder.resolve("drive");
            var run = new FaultRun(path, seed);
            run.all();
            run.statuses().forEach((s, n) -> statuses.merge(s, n, Integer::sum));
            if (!run.statuses().isEmpty()) {
                reported.merge(run.kind(), 1, Integer::sum);
            }
            retries += run.retries();
            failedPrograms += run.failedPrograms();
            damages += run.damages();
            PowerCutTest.remove(path);
        }
        assertFalse(statuses.containsKey(Status.INVALID_FIELD), statuses::toString);
        assertTrue(damages > seeds / 2, damages + " damaged pages in " + seeds + " runs");
        assertTrue(retries > 0, "no read was repeated");
        assertTrue(failedPrograms > 0, "no program failed");
        for (FaultRun.Kind kind : FaultRun.Kind.values()) {
            // Retries and failed programs are mended by the drive itself.
            boolean silent = kind == FaultRun.Kind.RETRIES
                    || kind == FaultRun.Kind.FAILED_PROGRAM;
            assertEquals(silent, reported.getOrDefault(kind, 0) == 0, kind + " " + reported);
        }
        for (Status s : new Status[] {Status.UNCORRECTABLE, Status.LOST_PAGE, Status.POWER_LOST,
            Status.REMOVED, Status.COMPLETION_LOST}) {
            assertTrue(statuses.containsKey(s), s + " never happened: " + statuses);
        }
    }
}
