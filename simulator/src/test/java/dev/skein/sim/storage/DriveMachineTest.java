package dev.skein.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.Picos;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The event model as a whole. */
class DriveMachineTest {

    private static AttentionStep randomStep(SplittableRandom r, int batch) {
        int queries = 1 + r.nextInt(2);
        return new AttentionStep(TestDrives.randomAttention(r), batch, 1 + r.nextInt(8), queries,
                128, 200 + r.nextInt(1500));
    }

    @Test
    void accountsSumToTheRunAndRunsAreEqual() {
        for (long seed = 1; seed <= 40; seed++) {
            var r = new SplittableRandom(seed);
            Drive drive = TestDrives.random(r);
            AttentionStep step = randomStep(r, 1 + r.nextInt(6));
            var machine = new DriveMachine(drive, FaultPlan.retries(seed));
            DriveReport report = machine.run(step.commands(drive));
            for (UnitTimes unit : report.units()) {
                assertEquals(report.picos(), unit.total(), "seed " + seed + ": " + unit);
                assertTrue(unit.picos().stream().allMatch(p -> p >= 0), "seed " + seed + unit);
            }
            assertEquals(report, machine.run(step.commands(drive)), "seed " + seed);
        }
    }

    @Test
    void busyTimesAreTheWorkThatWasAskedFor() {
        Drive drive = Drives.load("instcsd");
        var step = new AttentionStep(new Attention.Dense(), 3, 5, 1, 128, 1024 + 7);
        DriveReport report = new DriveMachine(drive).run(step.commands(drive));
        long pages = 3 * 5 * 2 * 64;
        assertEquals(pages, report.counts().pagesRead());
        assertEquals(pages * 4096, report.counts().keptBytes());
        assertEquals(pages * drive.flash().transferPicos(), busy(report, "channel "));
        assertEquals(pages * Picos.ofBytes(4096, 1.85), busy(report, "filter "));
        assertEquals(pages * 320_000 + 15 * 2 * 160_000, sum(report, " gemv "),
                "a full page is 0.32 us; 7 tokens of the open group and the current one are half");
        long softmax = Picos.ofNanos((20 * 1031 + 64) * 1e3 / 285);
        assertEquals(15 * softmax, sum(report, " softmax "));
        assertEquals(3 * 5 * 4 * 128 * 2, report.counts().bytesIn() + report.counts().bytesOut());
    }

    private static long busy(DriveReport report, String prefix) {
        return report.units().stream().filter(u -> u.unit().startsWith(prefix))
                .mapToLong(u -> u.of(Account.BUSY)).sum();
    }

    private static long sum(DriveReport report, String part) {
        return report.units().stream().filter(u -> u.unit().contains(part))
                .mapToLong(u -> u.of(Account.BUSY)).sum();
    }

    /** What flash gives bounds dense attention from above, and almost is reached. */
    @Test
    void denseAttentionReadsAtTheRateOfTheArray() {
        Drive drive = Drives.load("instcsd");
        var step = new AttentionStep(new Attention.Dense(), 8, 40, 1, 128, 1536);
        DriveReport report = new DriveMachine(drive).run(step.commands(drive));
        double rate = report.counts().pagesRead() * 4096 / report.seconds();
        double bound = ClosedForms.readBytesPerSecond(drive.flash());
        assertTrue(rate <= bound && rate > 0.97 * bound, rate + " of " + bound);
    }

    @Test
    void afterTheFirstCommandsAChannelOnlyWaitsForItsFlash() {
        Drive drive = Drives.load("instcsd");
        var step = new AttentionStep(new Attention.Dense(), 8, 40, 1, 128, 1536);
        UnitTimes channel = new DriveMachine(drive).run(step.commands(drive)).units().stream()
                .filter(u -> u.unit().equals("channel 0")).findFirst().orElseThrow();
        long flash = channel.of(Account.BUSY) + channel.of(Account.WAIT_FLASH);
        assertTrue(flash > 0.98 * channel.total(), channel.toString());
    }

    @Test
    void noCommandsTakeNoTime() {
        assertEquals(0, new DriveMachine(Drives.load("instcsd")).run(java.util.List.of()).picos());
    }
}
