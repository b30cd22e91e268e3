package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.runtime.backend.xrt.SoftwareCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bundled model on two cards, simulated and in software behind XRT's API. */
class SeveralCardsTest {
    @TempDir
    private static Path folder;
    private static SoftwareCard card;
    private static Path one;
    private static Path two;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        one = compile("u280", "one.h5");
        two = compile("u280*2", "two.h5");
        card = SoftwareCard.open(Files.createDirectory(folder.resolve("card")), true);
        card.cards(2);
    }

    private static Path compile(String target, String name) {
        Path file = folder.resolve(name);
        Cli run = Cli.run("compile", "tales", "--target", target, "-o", file, "--weights", "w4",
                "--context", 64);
        assertEquals(0, run.exitCode(), run.err());
        return file;
    }

    @AfterAll
    static void close() {
        if (card != null) {
            card.close();
        }
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        card.fail("");
        card.failing("");
        assertEquals(0, XrtLedger.liveCount());
        assertEquals(0, XrtLedger.liveBytes());
    }

    private static Cli run(Path artifact, Object... more) {
        Object[] words = {"run", artifact, "-p", "Once upon a time", "-n", 6, "-q"};
        Object[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Cli.run(all);
    }

    private static void assertRefused(Cli run, String... parts) {
        assertEquals(1, run.exitCode(), run.out() + run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        for (String part : parts) {
            assertTrue(run.err().contains(part), part + " in: " + run.err());
        }
    }

    @Test
    void twoCardsSayWhatOneSays() {
        Cli expected = run(one, "--timing", "functional");
        assertEquals(0, expected.exitCode(), expected.err());
        for (String timing : new String[] {"functional", "cycle"}) {
            Cli found = run(two, "--timing", timing);
            assertEquals(expected.out(), found.out(), found.err());
        }
        Cli cards = run(two, "--device", "xrt", "--card", "1,0", "--xclbin", card.xclbin());
        assertEquals(expected.out(), cards.out(), cards.err());
    }

    @Test
    void deployChecksBothCards() {
        JsonNode json = Cli.run("deploy", two, "--board", "u280", "--xclbin", card.xclbin(),
                "--card", "0,1", "-n", 2, "--json").json();
        assertEquals("equal", json.get("selfTest").asText());
        assertEquals(2 * 34, json.get("channels").size());
        assertTrue(json.get("channels").has("card 1 core 2 hbm0"), json.toString());
        JsonNode decode = json.get("ops").get(1);
        assertEquals("decode step", decode.get("phase").asText() + " " + decode.get("op").asText());
        double predicted = Cli.run("simulate", "--model", "tales", "--target", "u280*2",
                "--weights", "w4", "--context", 5, "--json").json().get("timeMillis").asDouble();
        assertEquals(predicted, decode.get("predictedSeconds").asDouble() * 1e3
                / decode.get("steps").asInt(), 0.05 * predicted, json.toString());
    }

    /** A log of simulated cards, whose steps take what is predicted. */
    @Test
    void aLogOfSeveralCardsIsMeasuredAgainstThePrediction() {
        Path log = folder.resolve("two.runlog");
        Cli run = run(two, "--timing", "cycle", "--record", log);
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = Cli.run("deploy", two, "--board", "u280", "--measured", log, "--json")
                .json();
        assertEquals("device", json.get("clock").asText());
        assertTrue(json.get("ops").size() > 2, json.toString());
        for (JsonNode row : json.get("ops")) {
            assertEquals(0, row.get("deviation").asDouble(), 1e-9, row.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "busy-card | card 1: | busy",
        "bad-dma | card 1: core 0 hbm0: read back with CRC32C | xbutil validate",
        "crash-in-start | card 1 (part 1 of the model): | died in START"})
    void aFailureOfOneCardNamesIt(String how, String what, String remedy) throws IOException {
        card.fail(how);
        card.failing("1");
        assertRefused(Cli.run("deploy", two, "--board", "u280", "--xclbin", card.xclbin(),
                "--card", "0,1"), what, remedy);
    }

    @Test
    void asManyCardsAsTheModelIsFor() {
        assertRefused(Cli.run("deploy", two, "--board", "u280", "--xclbin", card.xclbin()),
                "--card names 1 cards, a model compiled for u280*2 runs on 2");
        assertRefused(Cli.run("deploy", one, "--board", "u280", "--xclbin", card.xclbin(),
                "--card", "0,1"), "--card names 2 cards", "--target u280*2");
        assertRefused(Cli.run("deploy", two, "--board", "u280", "--xclbin", card.xclbin(),
                "--card", "0,2"), "card 2: ", "no card answers");
        assertRefused(Cli.run("compile", "tales", "--target", "u280*9", "-o",
                folder.resolve("nine.h5")), "9 cards, allowed are 1 to 8");
        assertRefused(Cli.run("deploy", two, "--board", "u280"), "a build folder is of one card");
    }

    @Test
    void whatIsOfOneCardRefusesTwo() {
        assertRefused(Cli.run("vitis", "u280", "--artifact", two, "-o", folder.resolve("build")),
                "compiled for u280*2", "--target u280");
        assertRefused(Cli.run("verify", two, "--against", "hls"),
                "verify compares executions of one card", "verify it for u280");
        assertRefused(Cli.run("simulate", "--model", "tales", "--target", "u280*2",
                "--prompt-length", 4), "several cards", "--prompt-length");
        assertRefused(Cli.run("deploy", two, "--board", "u280", "--xclbin", card.xclbin(),
                "--card", "0,1", "--parts"), "--parts is of one card");
    }

    @Test
    void aStepIsTheSlowestCardsAndTheExchange() {
        JsonNode json = Cli.run("simulate", "--model", "tales", "--target", "u280*2", "--weights",
                "w4", "--context", 32, "--json").json();
        double time = json.get("timeMillis").asDouble();
        assertEquals(time, json.get("cardMillis").asDouble()
                + json.get("exchangeMillis").asDouble(), 1e-9 * time);
        assertEquals(2, json.get("cards").asInt());
        assertTrue(json.get("segments").asInt() > 4, json.toString());
        // 1 + 3 cores * 3 transfers of 15 us and a start of 30 us a segment, and slices.
        assertTrue(json.get("exchangeMillis").asDouble() >= json.get("segments").asInt() * 0.18,
                json.toString());
        assertRefused(Cli.run("simulate", "--model", "tales", "--target", "u50*2"),
                "cards.link_GBps", "docs/adding-a-board.md");
    }
}
