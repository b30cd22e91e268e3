package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.drive.Flash;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import dev.skein.sim.csd.flash.BlockLayout;
import dev.skein.sim.csd.flash.FormatFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What a drive says when something cannot be done, and that nothing has changed then. */
class DriveErrorsTest {
    private static final TaskShape SHAPE = new TaskShape(1, 1, 2, 16, 4);

    @TempDir
    private Path folder;

    private final SplittableRandom random = new SplittableRandom(5);

    private CsdDrive small(FaultPlan faults) {
        CsdDrive.format(folder.resolve("d"), "small", Session.SMALL);
        return CsdDrive.open(folder.resolve("d"), faults);
    }

    private void append(CsdDrive drive, int first, int tokens) {
        drive.append(new Append(1, 0, 0, first, tokens),
                Session.numbers(random, tokens * SHAPE.rowValues()),
                Session.numbers(random, tokens * SHAPE.rowValues()));
    }

    private static void refused(Status status, String part, Executable command) {
        DriveException e = assertThrows(DriveException.class, command);
        assertEquals(status, e.status(), e.getMessage());
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void aFullDriveSaysSoAndCanBeFlushedAndEmptied() {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            drive.createTask(1, SHAPE);
            int[] tokens = new int[1];
            refused(Status.NO_SPACE, "drop a task and reclaim", () -> {
                while (true) {
                    append(drive, tokens[0], 8);
                    tokens[0] += 8;
                }
            });
            // 192 blocks of 8 pages; a group of 8 tokens takes 4 pages, its second copy 2.
            assertTrue(tokens[0] > 1_600, tokens[0] + " tokens");
            assertEquals(tokens[0], drive.tokens(1, 0, 0));
            drive.flush();
            assertEquals(drive.state().writes(), drive.state().durableWrites());
            drive.dropTask(1);
            assertTrue(drive.reclaim() > 150);
            drive.createTask(1, SHAPE);
            append(drive, 0, 1_000);
            assertEquals(1_000, drive.tokens(1, 0, 0));
        }
    }

    @Test
    void fullGroupsAreWrittenOnceAndNothingIsCopied() {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            drive.createTask(1, SHAPE);
            append(drive, 0, 1_024);
            assertEquals(1.5, drive.state().writeAmplification());
            drive.flush();
            long programs = drive.state().flash().programs();
            drive.dropTask(1);
            drive.reclaim();
            // The checkpoint after the drop, two copies of a page, and no other page.
            assertEquals(programs + 2, drive.state().flash().programs());
            // Second copies, 32 spans of 2 heads, were made from 3 groups in flash and an open one.
            assertEquals(32 * 2 * 3, drive.state().flash().reads());
        }
    }

    @Test
    void writingEachTokenThroughStaysWithinTheDrive() {
        try (CsdDrive drive = small(FaultPlan.NONE.withPowerCut(Long.MAX_VALUE))) {
            drive.createTask(1, SHAPE);
            for (int t = 0; t < 900; t++) {
                append(drive, t, 1);
                drive.flush();
            }
            assertTrue(drive.state().flash().erases() > 200);
            assertEquals(900, drive.tokens(1, 0, 0));
        }
    }

    /** Flushed open groups become stale when they are full, but the checkpoint needs them. */
    @Test
    void whatTheCheckpointNeedsIsNotErasedForSpace() {
        var shape = new TaskShape(1, 1, 8, 16, 4);
        short[] rows = Session.numbers(random, 2_000 * shape.rowValues());
        int tokens = 5;
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            drive.createTask(1, shape);
            drive.append(new Append(1, 0, 0, 0, tokens), Arrays.copyOf(rows,
                    tokens * shape.rowValues()), new short[tokens * shape.rowValues()]);
            drive.flush();
            int[] next = {tokens};
            refused(Status.NO_SPACE, "blocks", () -> {
                while (drive.state().flash().erases() == 0) {
                    int from = next[0] * shape.rowValues();
                    drive.append(new Append(1, 0, 0, next[0], 8), Arrays.copyOfRange(rows, from,
                            from + 8 * shape.rowValues()), new short[8 * shape.rowValues()]);
                    next[0] += 8;
                }
            });
            assertTrue(drive.state().flash().erases() > 0);
            drive.powerOff();
        }
        try (CsdDrive again = CsdDrive.open(folder.resolve("d"))) {
            int kept = again.tokens(1, 0, 0);
            assertTrue(kept >= 5, kept + " tokens");
            for (int h = 0; h < 8; h++) {
                short[] keys = again.read(new HeadId(1, 0, 0, h), false, 0, kept);
                for (int i = 0; i < keys.length; i++) {
                    assertEquals(rows[i / 16 * shape.rowValues() + h * 16 + i % 16], keys[i]);
                }
            }
        }
    }

    /** Open groups of one task are flushed to one channel, here a die, until that is full. */
    @Test
    void oneFullDieOfTwoIsReclaimedForCheckpoints() {
        CsdDrive.format(folder.resolve("d"), "two-dies",
                new Flash.Geometry(2, 1, 1, 256, 8, 40, 3000));
        try (CsdDrive drive = Session.open(folder.resolve("d"))) {
            drive.createTask(1, SHAPE);
            for (int t = 0; t < 300; t++) {
                append(drive, t, 1);
                drive.flush();
            }
            assertTrue(drive.state().flash().erases() > 50);
        }
        try (CsdDrive again = Session.open(folder.resolve("d"))) {
            assertEquals(300, again.tokens(1, 0, 0));
        }
    }

    @Test
    void aCommandThatFailsHalfWayNeedsARecovery() {
        try (CsdDrive drive = small(FaultPlan.NONE.withLostRead(0))) {
            drive.createTask(1, SHAPE);
            append(drive, 0, 20);
            drive.flush();
            // The second copy of the first span is made from flash, which cannot be read.
            refused(Status.UNCORRECTABLE, "channel", () -> append(drive, 20, 20));
            refused(Status.NEEDS_RECOVERY, "UNCORRECTABLE", () -> append(drive, 20, 1));
            refused(Status.NEEDS_RECOVERY, "open the drive again", () -> drive.tokens(1, 0, 0));
            refused(Status.NEEDS_RECOVERY, "open the drive again", drive::flush);
        }
        try (CsdDrive again = CsdDrive.open(folder.resolve("d"))) {
            assertEquals(20, again.tokens(1, 0, 0));
            append(again, 20, 20);
            assertEquals(40, again.tokens(1, 0, 0));
        }
    }

    @Test
    void aFailedProgramGoesToAnotherBlock() {
        try (CsdDrive drive = small(FaultPlan.NONE.withFailedProgram(5))) {
            drive.createTask(1, SHAPE);
            append(drive, 0, 64);
            assertEquals(1, drive.state().flash().failedPrograms());
            assertEquals(1, drive.state().badBlocks());
        }
        assertEquals(1, DriveCheck.inspect(folder.resolve("d")).badBlocks());
    }

    @Test
    void noDieTakesBothCopiesOfACheckpoint() {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            drive.createTask(1, SHAPE);
            append(drive, 0, 5);
        }
        for (int channel = 0; channel < 2; channel++) {
            for (int die = 0; die < 2; die++) {
                try (CsdDrive drive = CsdDrive.open(folder.resolve("d"),
                        FaultPlan.NONE.withFailedDie(channel, die))) {
                    assertEquals(5, drive.tokens(1, 0, 0), channel + "/" + die);
                    drive.powerOff();
                }
            }
        }
    }

    @Test
    void lostCheckpointsAreNotTakenForOlderOnes() throws IOException {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            drive.createTask(1, SHAPE);
            drive.flush();
            append(drive, 0, 3);
        }
        // Both copies of the last one: the second page of the first block of each lane.
        var layout = new BlockLayout(Session.SMALL);
        for (int page : Damage.checkpointPages(folder.resolve("d"))) {
            Damage.flip(folder.resolve("d"), layout, page);
        }
        refused(Status.LOST_CHECKPOINT, "neither copy",
                () -> CsdDrive.open(folder.resolve("d")));
        refused(Status.LOST_CHECKPOINT, "neither copy",
                () -> DriveCheck.check(folder.resolve("d")));
    }

    @Test
    void oneEngineAtATime() {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            refused(Status.FILE_ERROR, "in use", () -> CsdDrive.open(folder.resolve("d")));
            assertEquals(0, drive.tasks().size());
        }
    }

    @Test
    void foldersThatAreNoDrivesAreRefused() throws IOException {
        refused(Status.FILE_ERROR, FormatFile.NAME, () -> CsdDrive.open(folder));
        small(FaultPlan.NONE).close();
        refused(Status.FILE_ERROR, "not empty",
                () -> CsdDrive.format(folder, "x", Session.SMALL));
        Path text = folder.resolve("d").resolve(FormatFile.NAME);
        Files.writeString(text, Files.readString(text).replace("pagesPerBlock=8",
                "pagesPerBlock=9"));
        refused(Status.FILE_ERROR, "crc32c", () -> CsdDrive.open(folder.resolve("d")));
        Files.write(text, new byte[5_000]);
        refused(Status.FILE_ERROR, "5000 bytes", () -> CsdDrive.open(folder.resolve("d")));
        Files.write(text, new byte[0]);
        refused(Status.FILE_ERROR, "crc32c", () -> CsdDrive.open(folder.resolve("d")));
        refused(Status.FILE_ERROR, "2^31", () -> CsdDrive.format(folder.resolve("e"), "x",
                new Flash.Geometry(8, 64, 2, 4096, 512, 1 << 14, 1)));
        refused(Status.FILE_ERROR, "multiple", () -> CsdDrive.format(folder.resolve("e"), "x",
                new Flash.Geometry(8, 1, 2, 4100, 512, 4, 1)));
    }

    @Test
    void tasksThatDoNotFitAreRefused() {
        try (CsdDrive drive = small(FaultPlan.NONE)) {
            refused(Status.INVALID_FIELD, "pages of 256 bytes",
                    () -> drive.createTask(1, new TaskShape(1, 1, 1, 129, 1)));
            refused(Status.NO_SPACE, "blocks",
                    () -> drive.createTask(1, new TaskShape(100, 10, 10, 16, 4)));
            refused(Status.NO_SUCH_TASK, "[]", () -> drive.tokens(1, 0, 0));
            assertEquals(0, drive.state().writes());
        }
    }

    @Test
    void wornBlocksAreNotErased() {
        var geometry = new Flash.Geometry(2, 2, 1, 256, 8, 8, 2);
        CsdDrive.format(folder.resolve("w"), "small", geometry);
        try (CsdDrive drive = CsdDrive.open(folder.resolve("w"))) {
            refused(Status.NO_SPACE, "blocks", () -> {
                while (true) {
                    drive.createTask(1, SHAPE);
                    append(drive, 0, 32);
                    drive.dropTask(1);
                    drive.reclaim();
                }
            });
            drive.powerOff();
        }
        DriveCheck.Report worn = DriveCheck.inspect(folder.resolve("w"));
        assertEquals(2, worn.maxErases());
        assertTrue(worn.meanErases() > 1.2, worn.toString());
    }
}
