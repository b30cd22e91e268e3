package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Power goes at every write step of a session: each write of page bytes, of out-of-band bytes, of
 * a block header, each synchronisation. Of what was not synchronised some is kept, some lost, some
 * torn.
 */
class PowerCutTest {
    @TempDir
    private Path folder;

    @Test
    void aCutAtEveryStepLeavesAPrefixWithAllThatWasFlushed() throws IOException {
        long recovered = 0;
        long cuts = 0;
        long erases = 0;
        for (long seed = 1; seed <= 3; seed++) {
            boolean cut = true;
            for (long step = 0; cut; step++) {
                Path path = folder.resolve("cut");
                var run = new CutRun(path, new Session(seed, 40), seed * 1000 + step);
                cut = run.until(step);
                recovered += run.check();
                cuts++;
                erases += run.goOnAfter();
                remove(path);
            }
        }
        assertTrue(erases > 0, "no session erased a block");
        assertTrue(cuts > 500, cuts + " cuts");
        assertTrue(recovered > cuts, recovered + " writes recovered in " + cuts + " cuts");
    }

    @Test
    void aCutDuringRecoveryIsRecoveredFrom() throws IOException {
        long twice = 0;
        for (long step = 0; step < 400; step += 3) {
            Path path = folder.resolve("twice");
            var run = new CutRun(path, new Session(77, 30), step);
            run.until(step);
            for (long second = 0; second < 6; second++) {
                var plan = FaultPlan.NONE.withPowerCut(second);
                try {
                    CsdDrive.open(path, plan).powerOff();
                } catch (DriveException e) {
                    assertEquals(Status.POWER_LOST, e.status());
                    twice++;
                }
            }
            run.check();
            remove(path);
        }
        assertTrue(twice > 0, "no recovery wrote anything");
    }

    static void remove(Path path) throws IOException {
        try (var files = Files.list(path)) {
            for (Path f : files.toList()) {
                Files.delete(f);
            }
        }
        Files.delete(path);
    }

    /** A session that a power cut may end. */
    private static final class CutRun {
        private final Path path;
        private final List<Session.Step> steps;
        private final long seed;
        private int acknowledged;
        private long flushedWrites;

        CutRun(Path path, Session session, long seed) {
            this.path = path;
            this.steps = session.steps();
            this.seed = seed;
            CsdDrive.format(path, "small", Session.SMALL);
        }

        /** Whether power went. */
        boolean until(long step) {
            var model = new Model();
            var plan = FaultPlan.retries(seed, FaultPlan.NONE.errors()).withPowerCut(step);
            try (CsdDrive drive = CsdDrive.open(path, plan)) {
                for (Session.Step s : steps) {
                    s.drive().accept(drive);
                    acknowledged++;
                    s.model().accept(model);
                    if (s.flush()) {
                        flushedWrites = model.writes();
                    }
                }
                drive.powerOff();
                return false;
            } catch (DriveException e) {
                assertEquals(Status.POWER_LOST, e.status(), e.getMessage());
                return true;
            }
        }

        /** That what is recovered is a prefix; how many writes that is. */
        long check() {
            try (CsdDrive drive = Session.open(path)) {
                long writes = drive.state().writes();
                String what = "seed " + seed + ", " + acknowledged + " commands acknowledged, "
                        + flushedWrites + " writes flushed, recovered " + writes;
                assertTrue(writes >= flushedWrites, what);
                assertEquals(0, drive.state().badBlocks(), what);
                Session.check(drive, prefix(writes, what), what);
                return writes;
            }
        }

        /** The model after so many writes; the command during which power went may be in it. */
        private Model prefix(long writes, String what) {
            var model = new Model();
            for (Session.Step s : steps.subList(0, Math.min(steps.size(), acknowledged + 1))) {
                if (model.writes() == writes) {
                    break;
                }
                s.model().accept(model);
            }
            assertEquals(writes, model.writes(), what);
            return model;
        }

        /** The rest of the session goes as if nothing had been; how many blocks it erases. */
        long goOnAfter() {
            long erases;
            long writes;
            try (CsdDrive drive = Session.open(path)) {
                writes = drive.state().writes();
                Model model = prefix(writes, "seed " + seed);
                long skipped = 0;
                var counter = new Model();
                for (Session.Step s : steps) {
                    if (counter.writes() >= writes) {
                        s.drive().accept(drive);
                        s.model().accept(model);
                    } else {
                        skipped++;
                    }
                    s.model().accept(counter);
                }
                drive.flush();
                Session.checkAttention(drive, model, seed);
                erases = drive.state().flash().erases();
                drive.powerOff();
                try (CsdDrive again = Session.open(path)) {
                    Session.check(again, model, "seed " + seed + ", " + skipped + " skipped");
                }
            }
            return erases;
        }
    }
}
