package dev.skein.sim.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.hls.board.drive.Drive;
import dev.skein.hls.board.drive.Drives;
import dev.skein.hls.board.drive.Link;
import dev.skein.hls.board.drive.Picos;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The event model meets what can be computed with a pencil. */
class ClosedFormsTest {

    /** Rows 15 to 18: rates that were measured with MQSim, or derived. */
    @ParameterizedTest
    @CsvSource({"mqsim-16k-8, 7.54, 0.015", "mqsim-4k-32, 7.48, 0.015", "mqsim-4k-2, 1.405, 0.01",
        "pipelined-16k-8, 11.17, 0.01"})
    void measuredRates(String preset, double gigabytes, double tolerance) {
        double ours = ArrayRate.bytesPerSecond(Drives.load(preset), FlashOperation.READ) / 1e9;
        assertEquals(gigabytes, ours, tolerance * gigabytes);
    }

    /** By hand, for row 16: 32 planes, two a command. */
    @Test
    void lockStepIsTheFormula() {
        double transfer = Math.ceil(4096 / 1.4 * 1e3) + 30_000;
        double command = 20_000 + 2 * 150_000 + 500_000 + 120_000;
        double bytes = 8 * 32 * 4096 / (45e6 + command + 32 * transfer) * 1e12;
        Drive drive = Drives.load("mqsim-4k-32");
        assertEquals(bytes, ClosedForms.readBytesPerSecond(drive.flash()), 1e-9 * bytes);
        assertEquals(bytes, ArrayRate.bytesPerSecond(drive, FlashOperation.READ), 1e-9 * bytes);
    }

    /** Both sides of the minimum, programs too. */
    @Test
    void randomArraysReadAndProgramAtTheirFormula() {
        for (long seed = 1; seed <= 30; seed++) {
            var random = new SplittableRandom(seed);
            Drive drive = TestDrives.with("mqsim-4k-32",
                    "flash.channels=" + (1 + random.nextInt(4)),
                    "flash.diesPerChannel=" + (1 + random.nextInt(16)),
                    "flash.planesPerDie=" + (1 + random.nextInt(4)), "dram.pass_GBps=100",
                    "flash.tR_ns=" + (10_000 + random.nextInt(80_000)), "flash.tPROG_ns=200000",
                    "flash.controller=" + (seed % 2 == 0 ? "lockStep" : "pipelined"));
            double read = ClosedForms.readBytesPerSecond(drive.flash());
            assertEquals(read, ArrayRate.bytesPerSecond(drive, FlashOperation.READ), 0.01 * read,
                    "seed " + seed);
            double program = ClosedForms.programBytesPerSecond(drive.flash());
            assertEquals(program, ArrayRate.bytesPerSecond(drive, FlashOperation.PROGRAM),
                    0.01 * program, "seed " + seed);
        }
    }

    @ParameterizedTest
    @CsvSource({"mqsim-4k-32", "pipelined-16k-8"})
    void unloadedReadIsTheSumOfItsWay(String name) {
        Drive drive = Drives.load(name);
        var t = drive.flash().timing();
        Link link = drive.link();
        int page = drive.flash().geometry().pageBytes();
        long in = Picos.ofBytes(64 + 28, 7.0);
        long packets = Math.ceilDiv(page + 16, 128);
        long back = Picos.ofBytes(page + 16 + 28 * packets, 7.0);
        long expected = in + link.latencyPicos() + link.commandPicos()
                + drive.memory().lookupPicos() + 290_000 + t.tRPicos()
                + drive.flash().transferPicos() + Picos.ofBytes(page, 19.2) + back
                + link.latencyPicos();
        DriveReport report = new DriveMachine(drive).run(
                TestDrives.pages(drive, FlashOperation.READ, 1, page));
        assertEquals(expected, report.picos());
        assertEquals(expected, report.completions().getFirst());
    }

    @Test
    void eraseTakesItsTime() {
        Drive drive = Drives.load("mqsim-4k-32");
        var commands = TestDrives.pages(drive, FlashOperation.ERASE, 2, 0);
        DriveReport report = new DriveMachine(drive).run(commands);
        assertEquals(2, report.counts().blocksErased());
        long least = 290_000 + drive.flash().timing().tBERSPicos();
        assertEquals(least, report.picos(), 4e6, "two channels, side by side");
    }

    /** Row 19, and a drive whose link is what bounds it. */
    @Test
    void theLinkBoundsHostReads() {
        Drive drive = TestDrives.with("pipelined-16k-8");
        assertEquals(5.75, drive.link().payloadGBps(), 0.0575);
        DriveReport report = new DriveMachine(drive).run(
                TestDrives.pages(drive, FlashOperation.READ, 4000, 16384));
        double rate = 4000 * 16384 / report.seconds() / 1e9;
        assertEquals(drive.link().payloadGBps(), rate, 0.02 * rate);
    }
}
