package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.ffi.xrt.CardFolder;
import dev.skein.ffi.xrt.XrtLedger;
import dev.skein.runtime.backend.xrt.SoftwareCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands tell of a card in software that has a folder like one of sysfs, and of its end. */
class CardCommandsTest {
    @TempDir
    private static Path folder;
    private static SoftwareCard card;
    private static Path artifact;
    private static Path monitor;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        card = SoftwareCard.open(Files.createDirectory(folder.resolve("card")), true);
        artifact = folder.resolve("tales.h5");
        assertEquals(0, Cli.run("compile", "tales", "-o", artifact, "--weights", "w4", "--context",
                64).exitCode());
        Path device = folder.resolve("0000:17:00.1");
        monitor = Files.createDirectories(device.resolve("hwmon/hwmon2"));
        System.setProperty(CardFolder.PROPERTY, device.toString());
        Files.createDirectories(device.resolve("rom.u.1"));
    }

    @AfterAll
    static void close() {
        System.clearProperty(CardFolder.PROPERTY);
        card.close();
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        card.fail("");
        assertEquals(0, XrtLedger.liveCount());
        assertEquals(0, XrtLedger.liveBytes());
        Files.deleteIfExists(monitor.resolve("power1_input"));
        shell("xilinx_u280_gen3x16_xdma_base_1");
    }

    private static void shell(String name) throws IOException {
        Files.writeString(monitor.resolve("../../rom.u.1/VBNV"), name + "\n");
    }

    private static Cli onCard(String command, Object... more) {
        Object[] words = new Object[more.length + 4];
        words[0] = command;
        words[1] = artifact;
        words[2] = "--xclbin";
        words[3] = card.xclbin();
        System.arraycopy(more, 0, words, 4, more.length);
        return Cli.run(words);
    }

    @Test
    void powerIsMeasuredBesideThePrediction() throws IOException {
        Files.writeString(monitor.resolve("power1_input"), "40000000");
        JsonNode power = onCard("deploy", "--board", "u280", "-n", 2, "--json").json().get("power");
        assertEquals(40, power.get("meanWatts").asDouble(), 1e-9, power.toString());
        assertTrue(power.get("readings").asInt() >= 2, power.toString());
        // Four tokens of the prompt at least and one more went through steps.
        double joules = 40 * power.get("seconds").asDouble();
        double tokens = joules / power.get("joulesPerToken").asDouble();
        assertEquals(Math.rint(tokens), tokens, 1e-6, power.toString());
        assertTrue(tokens >= 2, power.toString());
        assertTrue(power.get("predictedJoulesPerToken").asDouble() > 0, power.toString());
        Cli run = onCard("run", "--device", "xrt", "-p", "Once", "-n", 1);
        assertTrue(run.err().contains("power: 40.00 W mean of "), run.err());
    }

    @Test
    void withoutASensorItSaysSo() throws IOException {
        Cli run = onCard("run", "--device", "xrt", "-p", "Once", "-n", 1);
        assertTrue(run.err().contains("power: no power sensor"), run.err());
        Files.writeString(monitor.resolve("power1_input"), "N/A");
        JsonNode json = onCard("run", "--device", "xrt", "-p", "Once", "-n", 1, "--json").json();
        assertTrue(json.get("power").get("missing").asText().contains("power1_input: found 'N/A'"),
                json.toString());
    }

    @Test
    void theShellOfTheCardIsReadBeforeLoading() throws IOException {
        shell("xilinx_u50_gen3x16_xdma_base_5");
        card.fail("crash-in-load");
        Cli run = onCard("run", "--device", "xrt", "-p", "Once", "-n", 1);
        assertEquals(1, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("platform: found xilinx_u280")
                && run.err().contains("needed is xilinx_u50_gen3x16_xdma_base_5"), run.err());
    }

    @Test
    void devicesShowLibraryShellAndSensors() throws IOException {
        Files.writeString(monitor.resolve("power1_input"), "40000000");
        Cli run = Cli.run("devices");
        assertTrue(run.out().contains("of unknown version in " + card.root()
                .resolve("lib/libxrt_coreutil.so.2")), run.out());
        assertTrue(run.out().contains("0000:17:00.1    shell xilinx_u280_gen3x16_xdma_base_1;"
                + " power1 40.0 W"), run.out());
        assertFalse(run.out().contains("skein-xrt"), run.out());
        Files.writeString(monitor.resolve("power1_input"), "");
        JsonNode cards = Cli.run("devices", "--json").json().get("xrt").get("cards");
        assertTrue(cards.get(0).get("problem").asText().contains("found ''"), cards.toString());
    }

    /** SIGKILL in the middle of a step, from outside. */
    @Test
    void aKilledProcessIsALineAndNothingIsLeft() throws IOException {
        card.fail("hang");
        Path hanging = card.root().resolve("hanging");
        Files.deleteIfExists(hanging);
        var over = new AtomicBoolean();
        var killer = CompletableFuture.supplyAsync(() -> kill(hanging, over));
        Cli run = onCard("run", "--device", "xrt", "-p", "Once", "-n", 1);
        over.set(true);
        assertTrue(killer.join(), "nothing was killed: " + run.err());
        assertEquals(1, run.exitCode(), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("died in WAIT (signal 9"), run.err());
        assertEquals(0, XrtLedger.liveCount());
        card.fail("");
        assertEquals(0, onCard("run", "--device", "xrt", "-p", "Once", "-n", 1).exitCode());
    }

    private static boolean kill(Path hanging, AtomicBoolean over) {
        try {
            while (!Files.exists(hanging)) {
                if (over.get()) {
                    return false;
                }
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Optional<ProcessHandle> child = ProcessHandle.current().children().filter(p -> p.info()
                .arguments().stream().anyMatch(a -> String.join(" ", a).contains("XrtChild")))
                .findFirst();
        return child.map(ProcessHandle::destroyForcibly).orElse(false);
    }
}
