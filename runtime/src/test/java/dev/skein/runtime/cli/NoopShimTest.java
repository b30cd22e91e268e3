package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.artifact.ArtifactFile;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.fpga.Phase;
import dev.skein.ffi.Answer;
import dev.skein.ffi.xrt.XrtEnvironment;
import dev.skein.ffi.xrt.XrtException;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.runtime.backend.xrt.XrtAccelerator;
import dev.skein.runtime.backend.xrt.XrtCard;
import dev.skein.runtime.backend.xrt.XrtOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real library of XRT, on its no-op shim: open, load, allocate, sync, run, wait, read back. */
class NoopShimTest {
    @TempDir
    private static Path folder;
    private static Path artifact;

    @BeforeAll
    static void compile() {
        assertTrue(XrtCard.find() instanceof Answer.Found
                || !"true".equals(System.getenv("CI")), "CI needs XRT");
        assumeTrue(XrtCard.find() instanceof Answer.Found, "XRT is not installed");
        artifact = folder.resolve("tales.h5");
        assertEquals(0, Cli.run("compile", "tales", "-o", artifact, "--weights", "w4", "--context",
                64).exitCode());
    }

    @AfterAll
    static void nothingIsLeft() {
        assertEquals(0, XrtLedger.liveCount());
    }

    @Test
    void everyByteOfEveryChannelImageArrives() throws IOException {
        Cli run = Cli.run("deploy", artifact, "--board", "u280", "--noop", "-n", 3, "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = run.json();
        Map<String, String> found = new TreeMap<>();
        json.get("channels").properties().forEach(c -> found.put(c.getKey(),
                c.getValue().asText()));
        assertEquals(expected(), found);
        assertFalse(json.get("computes").asBoolean());
        assertFalse(json.has("text") || json.has("selfTest") || json.has("ops"));
        assertEquals(3, json.get("steps").asInt());
        Cli words = Cli.run("deploy", artifact, "--board", "u280", "--noop");
        assertTrue(words.out().contains("kernels compute nothing in XRT's no-op shim, so there are"
                + " no tokens"), words.out());
    }

    /** CRC32C of each channel, cut byte by byte from the images as the artifact's format says. */
    private static Map<String, String> expected() throws IOException {
        Map<String, byte[]> channels = new TreeMap<>();
        try (Arena arena = Arena.ofShared()) {
            Executable executable = ArtifactFile.read(artifact, arena);
            for (Region r : executable.program(Phase.DECODE).program().regions()) {
                Stripes s = executable.stripes().get(r.memory());
                int count = s.channels().get(Math.max(0, r.core()));
                MemorySegment image = executable.images().segments().get(r.name());
                for (long i = 0; i < r.bytes(); i++) {
                    long a = r.offset() + i;
                    String name = (r.core() < 0 ? "" : "core " + r.core() + " ")
                            + r.memory().name().toLowerCase(Locale.ROOT)
                            + a / s.stripeBytes() % count;
                    int at = (int) (a / ((long) s.stripeBytes() * count) * s.stripeBytes()
                            + a % s.stripeBytes());
                    byte[] channel = channels.getOrDefault(name, new byte[4096]);
                    if (at >= channel.length) {
                        channel = Arrays.copyOf(channel, at / 4096 * 4096 + 4096);
                    }
                    channel[at] = image == null ? 0 : image.get(ValueLayout.JAVA_BYTE, i);
                    channels.put(name, channel);
                }
            }
        }
        assertTrue(channels.keySet().stream().anyMatch(n -> n.endsWith(
                Memory.DDR.name().toLowerCase(Locale.ROOT) + 1)));
        Map<String, String> sums = new TreeMap<>();
        channels.forEach((name, bytes) -> {
            var sum = new CRC32C();
            sum.update(bytes);
            sums.put(name, String.format(Locale.ROOT, "%08x", sum.getValue()));
        });
        return sums;
    }

    @Test
    void aRunSaysThatNothingComputesInsteadOfText() {
        Cli run = Cli.run("run", artifact, "--device", "xrt", "--noop", "-p", "Once", "-n", 3);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals("Once", run.out().strip());
        assertTrue(run.err().contains("nothing computes there: steps ran to their end, but there"
                + " is no text"), run.err());
        Cli record = Cli.run("run", artifact, "--device", "xrt", "--noop", "--record",
                folder.resolve("never"));
        assertEquals(1, record.exitCode());
        assertTrue(record.err().contains("--record needs a device that computes"), record.err());
    }

    /** The shim has as many cards as are asked for. */
    @Test
    void twoCardsGetTheirPartsAndGiveThemBack() {
        Path two = folder.resolve("two.h5");
        assertEquals(0, Cli.run("compile", "tales", "--target", "u280*2", "-o", two, "--weights",
                "w4", "--context", 64).exitCode());
        JsonNode json = Cli.run("deploy", two, "--board", "u280", "--noop", "--card", "0,1", "-n",
                2, "--json").json();
        assertEquals(2 * 34, json.get("channels").size());
        assertFalse(json.get("computes").asBoolean());
        assertEquals(2, json.get("steps").asInt());
    }

    /** Latency that xrt.ini asks for is in every step; with more than the limit, the watchdog. */
    @Test
    void latencyOfTheShimShowsAsSuch() throws IOException {
        long delayMillis = 150;
        Board board = Boards.load("u280");
        try (Arena arena = Arena.ofShared()) {
            Executable executable = ArtifactFile.read(artifact, arena);
            try (XrtAccelerator device = device(executable, board, delayMillis,
                    XrtOptions.LIMIT)) {
                device.load(_ -> { });
                for (int i = 0; i < 3; i++) {
                    long start = System.nanoTime();
                    device.step(1);
                    long millis = (System.nanoTime() - start) / 1_000_000;
                    // Not a time that has to be met: one that cannot be less.
                    assertTrue(millis >= delayMillis, "a step took " + millis + " ms");
                }
            }
            try (XrtAccelerator device = device(executable, board, 600_000,
                    Duration.ofMillis(2500))) {
                device.load(_ -> { });
                var e = assertThrows(XrtException.class, () -> device.step(1));
                assertEquals(XrtException.Failure.TIMEOUT, e.failure());
            }
        }
    }

    private static XrtAccelerator device(Executable executable, Board board, long delayMillis,
            Duration limit) throws IOException {
        Path ini = Files.writeString(folder.resolve("xrt.ini"),
                "[Runtime]\nnoop_completion_delay_us=" + delayMillis * 1000 + "\n");
        return XrtCard.deploy(artifact.toString(), executable, board, new XrtOptions(
                Optional.empty(), 0, limit, true, Map.of(XrtEnvironment.INI, ini.toString())),
                Optional.empty());
    }
}
