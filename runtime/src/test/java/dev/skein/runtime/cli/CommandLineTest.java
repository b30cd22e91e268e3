package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs as a user meets them: help, errors, exit codes, and JSON that others rely on. */
class CommandLineTest {

    @Test
    void everyVerbHasHelpWithAHeader() {
        for (Map.Entry<String, CommandLine> verb
                : Main.commandLine().getSubcommands().entrySet()) {
            Cli help = Cli.run(verb.getKey(), "--help");
            assertEquals(0, help.exitCode(), verb.getKey());
            assertTrue(help.out().startsWith("Usage: skein " + verb.getKey())
                    || help.out().contains("Usage: skein " + verb.getKey()), help.out());
            assertTrue(verb.getValue().getCommandSpec().usageMessage().header().length > 0
                    || verb.getKey().equals("generate-completion"), verb.getKey());
        }
    }

    @Test
    void wrongCommandLinesAreOneLineAndTwo() {
        oneLine(Cli.run("frob"), 2, "skein: Unmatched argument at index 0: 'frob'");
        oneLine(Cli.run("run"), 2, "skein: Missing required parameter: 'MODEL'");
        oneLine(Cli.run("run", "x", "--timing", "soon"), 2, "skein: Invalid value for option"
                + " '--timing'");
        oneLine(Cli.run("perplexity", "x"), 2, "skein: Missing required option: '--text=FILE'");
    }

    @Test
    void inputThatCannotBeUsedIsOneLineAndOne(@TempDir Path folder) throws Exception {
        oneLine(Cli.run("run", folder.resolve("no.gguf")), 1, "skein: " + folder.resolve("no.gguf")
                + ": no such file or folder");
        oneLine(Cli.run("run", "lama2"), 1, "skein: no model is called \"lama2\"");
        oneLine(Cli.run("run", "llama2-7b"), 1, "skein: model llama2-7b has a shape and no"
                + " weights");
        Path text = Files.writeString(folder.resolve("text"), "# Not a model");
        oneLine(Cli.run("run", text), 1, "skein: " + text + ": offset 0: magic: found 23 20 4e 6f");
        oneLine(Cli.run("simulate", "--model", "opt-125m", "--context", "4096"), 1,
                "skein: context 4096 is longer than the 2048 positions");
        oneLine(Cli.run("simulate", "--model", "opt-125m", "--context", "0"), 1,
                "skein: --context is 0");
        oneLine(Cli.run("simulate", "--model", "opt-125m", "--max-context", "64"), 1,
                "skein: --max-context 64 is shorter than --context 128");
        oneLine(Cli.run("simulate", "--model", "opt-125m", "--weights", "w7"), 1,
                "skein: weight format \"w7\"");
        oneLine(Cli.run("simulate", "--model", "opt-125m", "--target", "u281"), 1, "skein: ");
        oneLine(Cli.run("simulate", "--model", "llama2-13b", "--weights", "w8"), 1,
                "skein: llama2-13b does not fit u280");
        oneLine(Cli.run("run", "opt-125m", "-n", "-1"), 1, "skein: -n is -1");
        oneLine(Cli.run("run", "opt-125m", "--temp", "-1"), 1, "skein: temperature is -1.0");
    }

    private static void oneLine(Cli cli, int code, String start) {
        assertEquals(code, cli.exitCode(), cli.err());
        assertTrue(cli.err().startsWith(start), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertEquals("", cli.out());
    }

    @Test
    void simulateNeedsNoWeightsAndSaysWhatOthersRelyOn() {
        JsonNode json = Cli.run("simulate", "--model", "smollm2-135m", "--target", "u280",
                "--context", "64", "--phase", "decode", "--json").json();
        assertTrue(json.get("cycles").asLong() > 0);
        assertEquals(json.get("cycles").asLong() / 225e3, json.get("timeMillis").asDouble(), 1e-9);
        assertEquals(1e3 / json.get("timeMillis").asDouble(),
                json.get("tokensPerSecond").asDouble(), 1e-6);
        assertTrue(json.get("bytesMoved").asLong() > json.get("weightBytes").asLong());
        double utilisation = json.get("bandwidthUtilisation").asDouble();
        assertTrue(utilisation > 0 && utilisation < 1, "utilisation " + utilisation);
        assertFalse(json.get("boundBy").asText().isEmpty());
        assertTrue(json.get("wallMillis").asDouble() > 0);
    }

    @Test
    void prefillTakesFewerCyclesATokenThanDecode() {
        JsonNode decode = Cli.run("simulate", "--model", "smollm2-135m", "--context", "128",
                "--json").json();
        JsonNode prefill = Cli.run("simulate", "--model", "smollm2-135m", "--context", "128",
                "--phase", "prefill", "--json").json();
        assertEquals(128, prefill.get("tokens").asInt());
        assertTrue(prefill.get("cycles").asLong() < 128 * decode.get("cycles").asLong());
    }

    @Test
    void inspectShowsGraphInstructionsAndLayout() {
        Cli graph = Cli.run("inspect", "opt-125m", "--graph");
        assertEquals(0, graph.exitCode(), graph.err());
        assertTrue(graph.out().contains("gather"), "a placed graph has gathers");
        Cli quantised = Cli.run("inspect", "opt-125m", "--graph", "--stop-after",
                "quantise-weights");
        assertFalse(quantised.out().contains("gather"));
        oneLine(Cli.run("inspect", "opt-125m", "--graph", "--stop-after", "x"), 1,
                "skein: no pass is called \"x\"");
        Cli disassembly = Cli.run("inspect", "opt-125m", "--disasm", "--phase", "prefill",
                "--context", "64");
        assertEquals(0, disassembly.exitCode(), disassembly.err());
        assertTrue(disassembly.out().lines().anyMatch(l -> l.strip().startsWith("mm ")));
        JsonNode layout = Cli.run("inspect", "opt-125m", "--layout", "--json").json();
        assertEquals(3 * 3 + 3, layout.get("regions").size());
        assertEquals(125_239_296, layout.get("parameters").asLong());
    }

    @Test
    void devicesAndDoctorAnswer() {
        JsonNode devices = Cli.run("devices", "--json").json().get("devices");
        assertEquals("reference", devices.get(0).get("device").asText());
        assertEquals(1, IntStream.range(0, devices.size())
                .filter(i -> "u280".equals(devices.get(i).path("target").asText())).count());
        JsonNode opencl = Cli.run("devices", "--json").json().get("opencl");
        // either devices, or the sentence that says what to install
        assertEquals(opencl.get("devices").isEmpty(), opencl.has("missing"));
        assertTrue(opencl.path("missing").asText("install").contains("install"));
        for (JsonNode device : opencl.get("devices")) {
            assertTrue(device.get("memoryBytes").asLong() > 0, device.toString());
            assertTrue(device.get("fp16").isBoolean(), device.toString());
            assertFalse(device.has("readGBps"), device.toString());
        }
        Cli doctor = Cli.run("doctor", "--json");
        assertEquals(0, doctor.exitCode());
        assertEquals("java", doctor.json().get("checks").get(0).get("name").asText());
    }
}
