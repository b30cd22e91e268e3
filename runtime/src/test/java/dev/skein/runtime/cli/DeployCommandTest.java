package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.xclbin.XclbinReader;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.hls.board.Boards;
import dev.skein.hls.vitis.Connectivity;
import dev.skein.hls.vitis.DesignMark;
import dev.skein.runtime.backend.xrt.SoftwareCard;
import dev.skein.runtime.vitis.StandIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployment on a card in software, and each way in which it can fail: one line, exit code 1. */
class DeployCommandTest {
    private static final String SHELL = "xilinx_u280_gen3x16_xdma_1_202211_1";

    @TempDir
    private static Path folder;
    private static SoftwareCard card;
    private static SoftwareCard dumb;
    private static Path artifact;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        dumb = SoftwareCard.open(Files.createDirectory(folder.resolve("dumb")), false);
        card = SoftwareCard.open(Files.createDirectory(folder.resolve("card")), true);
        artifact = folder.resolve("tales.h5");
        assertEquals(0, Cli.run("compile", "tales", "-o", artifact, "--weights", "w4", "--context",
                64).exitCode());
    }

    @AfterAll
    static void close() {
        card.close();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        use(card);
        card.fail("");
        card.has("");
        assertEquals(0, XrtLedger.liveCount());
        assertEquals(0, XrtLedger.liveBytes());
    }

    private static void use(SoftwareCard one) {
        System.setProperty("skein.xrt.root", one.root().toString());
    }

    private static Cli deploy(Object... more) {
        Object[] words = new Object[more.length + 2];
        words[0] = "deploy";
        words[1] = artifact;
        System.arraycopy(more, 0, words, 2, more.length);
        return Cli.run(words);
    }

    private static void assertRefused(Cli run, String... parts) {
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().startsWith("skein: "), run.err());
        for (String part : parts) {
            assertTrue(run.err().contains(part), part + " in: " + run.err());
        }
    }

    @Test
    void aCardThatComputesIsCheckedAndTalks() throws IOException {
        Path log = folder.resolve("card.runlog");
        JsonNode json = deploy("--board", "xilinx_u280_gen3x16_xdma_base_1", "--xclbin",
                card.xclbin(), "-n", 6, "--json").json();
        assertEquals("equal", json.get("selfTest").asText());
        assertEquals(34, json.get("channels").size());
        assertTrue(json.get("computes").asBoolean());
        assertEquals("host", json.get("clock").asText());
        assertEquals("step", json.get("ops").get(1).get("op").asText());
        assertEquals(5, json.get("ops").get(1).get("steps").asInt());
        Cli simulated = Cli.run("run", artifact, "-p", "Once upon a time", "-n", 6, "--timing",
                "functional", "-q");
        Cli run = Cli.run("run", artifact, "--device", "xrt", "--xclbin", card.xclbin(), "-p",
                "Once upon a time", "-n", 6, "-q", "--record", log);
        assertEquals(simulated.out(), run.out(), run.err());
        assertEquals(json.get("text").asText(), run.out().strip());
        use(dumb);
        Cli replay = Cli.run("run", "--replay", log, "-q");
        assertEquals(run.out(), replay.out(), replay.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "busy | the card is busy | xclbin is locked by another process",
        "wrong-shell | the card refuses the bitstream | linked for the shell that is on the card",
        "other-uuid | uuid: the card has design | another process loads the card",
        "bad-dma | core 0 hbm0: read back with CRC32C | xbutil validate",
        "crash-in-start | died in START | the system has closed the card's handle"})
    void aFailureOfTheCardIsALine(String how, String what, String remedy) throws IOException {
        card.fail(how);
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin()), what, remedy);
    }

    @Test
    void aKernelThatHangsMeetsTheWatchdog() throws IOException {
        card.fail("hang");
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin(), "--timeout", 1.5),
                "XRT did not answer WAIT within 1500 ms", "a longer --timeout");
    }

    @Test
    void aFailedRunTellsWhatTheCardReports() throws IOException {
        card.fail("error");
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin()),
                "ended in state 'error'", "the card reports: hardware error 'firewall trip'");
    }

    @Test
    void aKernelThatSaysNothingIsNoneOfOurs() {
        use(dumb);
        assertRefused(deploy("--board", "u280", "--xclbin", dumb.xclbin()),
                "core 0: the kernel ended without a status", "build the bitstream");
    }

    @Test
    void aCardWithoutRoomIsRefused() throws IOException {
        card.has("100000");
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin()),
                "has not that much room left", "fewer bits or a smaller --context");
    }

    @Test
    void aCardThatIsNotThereIsRefused() {
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin(), "--card", 1),
                "no card answers", "xbutil examine");
    }

    @Test
    void withoutXrtThereIsALine() throws IOException {
        use(new SoftwareCard(Files.createDirectories(folder.resolve("none")), card.xclbin()));
        assertRefused(deploy("--board", "u280", "--xclbin", card.xclbin()),
                "XILINX_XRT is ", "source the setup.sh");
        Cli devices = Cli.run("devices");
        assertEquals(0, devices.exitCode());
        assertTrue(devices.out().contains("XRT: XILINX_XRT is "), devices.out());
    }

    @Test
    void anotherBitstreamIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.xclbin"), "xclbin2");
        assertRefused(deploy("--board", "u280", "--xclbin", text), "text.xclbin: offset 0: axlf");
        assertRefused(deploy("--board", "u280", "--xclbin", folder.resolve("none.xclbin")),
                "none.xclbin: no such file");
        assertRefused(deploy("--board", "xilinx_u280_gen3x16_xdma_9_209999_1", "--xclbin",
                card.xclbin()), "platform: found " + SHELL, "link the design for the shell");
        assertRefused(deploy("--board", "xilinx_u280_gen4x8_xdma_base_1", "--xclbin",
                card.xclbin()), "platform: found " + SHELL);
        String isa = DesignMark.of(Boards.load("u280")).isa();
        assertRefused(deploy("--board", "u280", "--xclbin", changed("isa", isa, "00000000")),
                "ISA version: found 00000000, needed is " + isa, "build the bitstream again");
        assertRefused(deploy("--board", "u280", "--xclbin", changed("mark", "{\"skein\"",
                "{\"other\"")), "USER_METADATA: found no mark of Skein's");
        assertRefused(deploy("--board", "u280", "--xclbin", changed("board",
                "\"board\": \"u280\"", "\"board\": \"u281\"")),
                "board: found u281, needed is u280");
        assertRefused(deploy("--board", "u280", "--xclbin", changed("argument", "\"hbm3\"",
                "\"hbx3\"")), "no argument hbm3");
        Path u50 = folder.resolve("u50.xclbin");
        Files.write(u50, StandIn.bytes(Boards.load("u50"), Connectivity.of(Boards.load("u50"))));
        assertRefused(deploy("--board", "u280", "--xclbin", u50), "platform: found xilinx_u50");
    }

    /** A bitstream with other words in it, everywhere. */
    private static Path changed(String name, String words, String by) throws IOException {
        String text = Files.readString(card.xclbin(), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains(words) && words.length() == by.length(), words);
        return Files.writeString(folder.resolve(name + ".xclbin"), text.replace(words, by),
                StandardCharsets.ISO_8859_1);
    }

    @Test
    void theBoardHasToBeTheArtifacts() {
        assertRefused(deploy("--board", "u50", "--xclbin", card.xclbin()),
                "board: compiled for u280, not for u50");
        assertRefused(deploy("--board", "xilinx_u99_x", "--xclbin", card.xclbin()),
                "no board has the shell xilinx_u99_x");
    }

    @Test
    void withoutABitstreamThereIsAFolderThatBuildsOne() {
        Path build = folder.resolve("build");
        Cli run = deploy("--board", "u280", "-o", build);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("make -C " + build + " hw"), run.out());
        for (String file : new String[] {"Makefile", "link.cfg", "design.json", "layout.csv"}) {
            assertTrue(Files.isRegularFile(build.resolve(file)), file);
        }
    }

    @Test
    void inspectShowsAContainer() throws IOException {
        Cli run = Cli.run("inspect", card.xclbin());
        assertTrue(run.out().contains("unit skein_core_c10:skein_core_3 at 0x1820000: hbm0"
                + " HBM[22]"), run.out());
        JsonNode json = Cli.run("inspect", card.xclbin(), "--json").json();
        assertEquals(XclbinReader.read(card.xclbin()).header().uuid().toString(),
                json.get("uuid").asText());
        assertEquals("HBM[31]", json.get("units").get(2).get("ports").get("hbm9").asText());
        assertFalse(json.get("sections").isEmpty());
    }
}
