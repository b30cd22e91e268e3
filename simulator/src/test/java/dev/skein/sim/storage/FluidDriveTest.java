package dev.skein.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The fast mode is held to the event model. */
class FluidDriveTest {
    private static final int CONFIGURATIONS = 60;
    private static final double TOLERANCE = 0.02;

    @Test
    void randomDrivesWithinTwoPercent() {
        int flowed = 0;
        for (long seed = 1; seed <= CONFIGURATIONS; seed++) {
            var r = new SplittableRandom(seed);
            Drive drive = TestDrives.random(r);
            var step = new AttentionStep(TestDrives.randomAttention(r), 200 + r.nextInt(200),
                    2 + r.nextInt(8), 1, 128, 100 + r.nextInt(900));
            FluidDrive.Estimate fast = FluidDrive.run(drive, step);
            DriveReport slow = new DriveMachine(drive).run(step.commands(drive));
            assertEquals(slow.picos(), fast.picos(), TOLERANCE * slow.picos(), "seed " + seed
                    + ": " + step + " on " + drive.flash());
            assertEquals(slow.counts().pagesRead(), fast.pages(),
                    TOLERANCE * slow.counts().pagesRead(), "seed " + seed);
            flowed += fast.exact() ? 0 : 1;
        }
        assertTrue(flowed >= CONFIGURATIONS / 2, "most are not simulated as a whole: " + flowed);
    }

    /** The step of the paper: 19.7 million pages in all layers, a fraction of it simulated. */
    @Test
    void aLayerOfOpt13b() {
        Drive drive = Drives.load("instcsd");
        var step = new AttentionStep(new Attention.Dense(), 64, 40, 1, 128, 1536);
        FluidDrive.Estimate fast = FluidDrive.run(drive, step);
        DriveReport slow = new DriveMachine(drive).run(step.commands(drive));
        assertEquals(19.66e6, 40 * fast.pages(), 0.01e6);
        assertTrue(fast.simulatedPages() < fast.pages() / 4);
        assertEquals(slow.picos(), fast.picos(), 0.005 * slow.picos());
    }

    @Test
    void shortStepsAreExact() {
        Drive drive = Drives.load("instcsd");
        var step = new AttentionStep(new Attention.Dense(), 2, 8, 1, 128, 512);
        FluidDrive.Estimate fast = FluidDrive.run(drive, step);
        assertTrue(fast.exact());
        assertEquals(new DriveMachine(drive).run(step.commands(drive)).picos(), fast.picos());
    }
}
