package dev.skein.sim.csd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.KvHead;
import dev.skein.sim.csd.fault.DriveException;
import dev.skein.sim.csd.fault.FaultPlan;
import dev.skein.sim.csd.fault.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A sector anywhere in the files is changed, zeroed or cut off: what the drive then says is right,
 * or a named error. No sector takes the drive back to an older state.
 */
class DamagedFilesTest {
    private static final int SECTOR = 512;
    private static final Set<Status> NAMED = EnumSet.of(Status.UNCORRECTABLE, Status.LOST_PAGE,
            Status.FILE_ERROR);

    @TempDir
    private Path folder;

    private final Model model = new Model();
    private int errors;
    private int reports;

    @Test
    void aDamagedSectorIsNeverASilentDifference() throws IOException {
        Path sound = folder.resolve("sound");
        make(sound);
        int cases = Integer.getInteger("fuzz.damages", 80);
        var random = new SplittableRandom(Long.getLong("fuzz.seed", 8));
        for (int i = 0; i < cases; i++) {
            Path path = folder.resolve("damaged");
            copy(sound, path);
            String what = "damage " + i + ": " + damage(path, random);
            int before = errors;
            check(path, what);
            boolean found = problems(path);
            assertTrue(found || errors == before, what + ": errors that the check did not find");
            reports += found ? 1 : 0;
            PowerCutTest.remove(path);
        }
        assertTrue(errors > cases / 10 && reports > cases / 10, errors + " errors, " + reports);
        assertTrue(reports < cases, "no damage was harmless");
    }

    private void make(Path path) {
        CsdDrive.format(path, "small", Session.SMALL);
        try (CsdDrive drive = Session.open(path)) {
            for (Session.Step step : new Session(21, 90).steps()) {
                step.drive().accept(drive);
                step.model().accept(model);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        try (var files = Files.list(from)) {
            for (Path f : files.toList()) {
                Files.copy(f, to.resolve(f.getFileName()));
            }
        }
    }

    private static String damage(Path path, SplittableRandom random) throws IOException {
        List<Path> files;
        try (var all = Files.list(path)) {
            files = all.sorted().toList();
        }
        Path file = files.get(random.nextInt(20) == 0 ? files.size() - 1
                : random.nextInt(files.size() - 1));
        long size = Files.size(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            long at = random.nextLong(Math.max(1, size / SECTOR)) * SECTOR;
            var sector = ByteBuffer.allocate(SECTOR);
            channel.read(sector, at);
            switch (random.nextInt(3)) {
                case 0 -> sector.put(random.nextInt(SECTOR), (byte) random.nextInt());
                case 1 -> sector.clear().put(new byte[SECTOR]);
                default -> random.nextBytes(sector.array());
            }
            channel.write(sector.clear(), at);
            return file.getFileName() + " offset " + at;
        }
    }

    private void check(Path path, String what) {
        try (CsdDrive drive = CsdDrive.open(path, FaultPlan.NONE.withPowerCut(Long.MAX_VALUE))) {
            assertEquals(List.copyOf(model.tasks().keySet()), drive.tasks(), what);
            Session.forEachHead(model, (id, tokens) -> {
                assertEquals(tokens, drive.tokens(id.task(), id.sequence(), id.layer()), what);
                if (tokens > 0) {
                    read(drive, id, what);
                }
            });
            drive.powerOff();
        } catch (DriveException e) {
            named(e, what);
        }
    }

    private void read(CsdDrive drive, HeadId id, String what) {
        KvHead head = model.head(id);
        try {
            assertArrayEquals(head.values(), drive.read(id, true, 0, head.tokens()), what);
            assertArrayEquals(head.keys(), drive.read(id, false, 0, head.tokens()), what);
        } catch (DriveException e) {
            named(e, what);
        }
    }

    private void named(DriveException e, String what) {
        errors++;
        assertTrue(NAMED.contains(e.status()), what + ": " + e.getMessage());
    }

    private static boolean problems(Path path) {
        try {
            return !DriveCheck.check(path).problems().isEmpty();
        } catch (DriveException e) {
            return true;
        }
    }
}
