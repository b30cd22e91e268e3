package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random sessions against plain arrays and the scalar reference of attention, bit for bit. */
class CsdDriveTest {
    @TempDir
    private Path folder;

    @Test
    void aDriveHoldsWhatWasWrittenAndAttendsToIt() {
        for (int seed = 0; seed < 40; seed++) {
            Path path = folder.resolve("s" + seed);
            CsdDrive.format(path, "small", Session.SMALL);
            var model = new Model();
            try (CsdDrive drive = Session.open(path)) {
                int n = 0;
                for (Session.Step step : new Session(seed, 60).steps()) {
                    step.drive().accept(drive);
                    step.model().accept(model);
                    if (n++ % 12 == 11) {
                        Session.checkAttention(drive, model, seed * 100L + n);
                    }
                }
                Session.check(drive, model, "seed " + seed);
                assertEquals(model.writes(), drive.state().writes(), "seed " + seed);
            }
            try (CsdDrive again = CsdDrive.open(path)) {
                Session.check(again, model, "reopened, seed " + seed);
                Session.checkAttention(again, model, seed);
            }
        }
    }
}
