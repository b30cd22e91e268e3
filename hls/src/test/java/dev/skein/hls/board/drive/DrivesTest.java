package dev.skein.hls.board.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.board.BoardException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DrivesTest {

    static List<String> files() {
        var files = new ArrayList<>(Drives.names());
        files.add("nand/default");
        return files;
    }

    @Test
    void theListIsComplete() {
        assertEquals(Set.of("instcsd", "openssd", "mqsim-16k-8", "mqsim-4k-32", "mqsim-4k-2",
                "pipelined-16k-8"), Set.copyOf(Drives.names()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyValueStatesItsSource(String file) throws java.io.IOException {
        String text;
        try (var in = Drives.class.getResourceAsStream(file + ".properties")) {
            text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("=") && !lines.get(i).startsWith("#")) {
                String above = lines.get(i - 1);
                assertTrue(above.startsWith("# ") && above.length() > 8, file + ": line "
                        + (i + 1) + " has no comment above it: " + lines.get(i));
            }
        }
    }

    @Test
    void everyDriveLoads() {
        for (String name : Drives.names()) {
            assertEquals(name, Drives.load(name).name());
        }
    }

    @Test
    void theEvaluatedDriveIsThatOfThePaper() {
        Drive d = Drives.load("instcsd");
        assertEquals(11.2, d.flash().peakGBps(), 1e-9);
        assertEquals(32, d.flash().geometry().planesPerChannel());
        assertEquals(2L << 40, d.flash().geometry().capacityBytes());
        assertEquals(5.744, d.link().payloadGBps(), 0.001);
        Engine e = d.engine().orElseThrow();
        assertEquals(320_000, e.gemv().picos(16 * 128));
        assertEquals(12.7, 2 * 16 * 128 / 320.0, 0.15, "GFLOPS of a GeMV unit");
        assertEquals(Picos.ofNanos((20 * 16 + 64) * 1e3 / 285), e.picos(e.softmax(), 16));
        assertEquals(14.2, e.clockMHz() / e.softmax().cyclesPerElement(), 0.1, "MFLOPS");
        assertTrue(Drives.load("mqsim-4k-2").engine().isEmpty());
    }

    @Test
    void commandsTakeWhatTheFactSheetSays() {
        Flash.Timing t = Drives.load("instcsd").flash().timing();
        for (int p = 1; p <= 8; p++) {
            assertEquals(1000L * (20 + 150 * p + 500 * (p - 1) + 120), t.commandPicos(p));
        }
        assertEquals(2_925_715 + 30_000, Drives.load("instcsd").flash().transferPicos());
    }

    @Test
    void timesAreRoundedUp() {
        assertEquals(1, Picos.ofNanos(0.0001));
        assertEquals(100, Picos.ofNanos(0.1));
        assertEquals(2_925_715, Picos.ofBytes(4096, 1.4));
        assertEquals(0, Picos.ofBytes(0, 1.4));
    }

    private static String messageOf(String text) {
        String message = assertThrows(BoardException.class,
                () -> Drives.parse("my.properties", text)).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            flash.channels=8 | 0 | an integer from 1 to 64
            flash.channels=8 | eight | an integer from 1 to 64
            flash.diesPerChannel=16 | 257 | an integer from 1 to 256
            flash.planesPerDie=2 | 17 | an integer from 1 to 16
            flash.page_bytes=4096 | 256 | an integer from 512 to 65536
            flash.page_bytes=4096 | 5000 | a power of two
            flash.blocksPerPlane=4096 | -1 | an integer from 1 to 1048576
            flash.channel_GBps=1.4 | 0 | a decimal number from 0.001 to 100.0
            flash.channel_GBps=1.4 | NaN | a decimal number from 0.001 to 100.0
            flash.channel_GBps=1.4 | 1e9 | a decimal number from 0.001 to 100.0
            flash.controller=lockStep | turbo | lockStep, pipelined
            flash.nand=default | ../instcsd | the name of a file in nand/
            flash.nand=default | mlc | the name of a file in nand/
            link.raw_GBps=7.0 | -7 | a decimal number from 0.001 to 1000.0
            link.payload_bytes=128 | 0 | an integer from 1 to 4096
            link.overhead_bytes=28 | 99999 | an integer from 0 to 4096
            nvme.queueDepth_commands=128 | 0 | an integer from 1 to 65536
            nvme.timeout_ms=30000 | 0 | a decimal number from 1.0 to 1000000.0
            dram.capacity_MiB=8192 | 0 | an integer from 1 to 1048576
            dram.pass_GBps=19.2 | x | a decimal number from 0.001 to 10000.0
            ftl.lookup_ns=50 | -1 | a decimal number from 0.0 to 1.0E10
            engine=attention | maybe | attention, none
            engine.headsInFlight=16 | 1 | at least engine.kernels = 2
            engine.gemv.tokens=16 | 0 | an integer from 1 to 4096
            engine.softmax.element_cycles=20 | 0 | an integer from 1 to 1048576
            """)
    void eachRuleHasItsLine(String line, String value, String allowed) {
        String key = line.substring(0, line.indexOf('='));
        String text = Drives.text("instcsd").replace("\n" + line + "\n",
                "\n" + key + "=" + value + "\n");
        assertEquals("drive file my.properties: key '" + key + "': found '" + value
                + "'; allowed: " + allowed, messageOf(text));
    }

    @Test
    void partsGiveWhatTheFileDoesNot() {
        String text = Drives.text("instcsd");
        assertEquals(40_000_000, Drives.parse("x", text + "flash.tR_ns=40000\n").flash().timing()
                .tRPicos(), "the drive's own value goes first");
        for (String rule : List.of("flash.tR_ns=0", "flash.tPROG_ns=0", "flash.tBERS_ns=0",
                "flash.retriesPerRead=0.6", "flash.maxRetries=0", "flash.peCycles=0",
                "flash.pagesPerBlock=0", "flash.command.plane_ns=-1")) {
            String key = rule.substring(0, rule.indexOf('='));
            assertTrue(messageOf(text + rule + "\n").startsWith("drive file my.properties: key '"
                    + key + "': found '"), rule);
        }
    }

    @Test
    void keysAreKnownUniqueAndThere() {
        String text = Drives.text("instcsd");
        assertEquals("drive file my.properties: key 'flash.tWR_ns': unknown; check the spelling"
                + " against instcsd.properties or remove it", messageOf(text + "flash.tWR_ns=1\n"));
        assertEquals("drive file my.properties: key 'flash.channels': given twice; remove one line",
                messageOf(text + "flash.channels=8\n"));
        assertEquals("drive file my.properties: key 'flash.channels': found nothing; allowed: a"
                + " line 'flash.channels=VALUE'",
                messageOf(text.replace("\nflash.channels=8\n", "\n")));
        assertEquals("drive file my.properties: key 'engine.kernels': unknown; check the spelling"
                + " against instcsd.properties or remove it", messageOf(
                Drives.text("mqsim-4k-2") + "engine.kernels=2\n"));
    }

    @Test
    void unknownDrivesAreNamed() {
        assertEquals("drive 'floppy': not found; built-in drives: instcsd, mqsim-16k-8,"
                + " mqsim-4k-2, mqsim-4k-32, openssd, pipelined-16k-8; or give the path of a drive"
                + " file", assertThrows(BoardException.class, () -> Drives.load("floppy"))
                .getMessage());
        assertEquals("drive file ./absent.properties: no such file",
                assertThrows(BoardException.class, () -> Drives.load("./absent.properties"))
                        .getMessage());
    }
}
