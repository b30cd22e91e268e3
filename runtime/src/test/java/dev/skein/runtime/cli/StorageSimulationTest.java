package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code simulate} and {@code inspect --placement} with drives. */
class StorageSimulationTest {

    private static Cli simulate(String target, String... more) {
        var all = new ArrayList<Object>(List.of("simulate", "--model", "opt-13b",
                "--target", target, "--prompt-length", "1024"));
        if (!List.of(more).contains("--output-length")) {
            all.addAll(List.of("--output-length", "2"));
        }
        all.addAll(List.of(more));
        return Cli.run(all.toArray());
    }

    private static JsonNode run(Cli cli, int index) {
        assertEquals(0, cli.exitCode(), cli.err());
        return cli.json().get("runs").get(index);
    }

    @Test
    void aStepIsItsParts() {
        JsonNode run = run(simulate("a6000+instcsd*3", "--batch", "4", "--json"), 0);
        assertEquals("in-storage", run.get("kv").asText());
        assertEquals("[14,13,13]", run.get("headsOfDrive").toString());
        double step = run.get("stepSeconds").asDouble();
        assertEquals(step, run.get("gpuSeconds").asDouble() + run.get("cacheSeconds").asDouble()
                + run.get("flushSeconds").asDouble(), 1e-9);
        assertEquals(4 / step, run.get("decodeTokensPerSecond").asDouble(), 1e-6);
        assertEquals(run.get("timeToFirstTokenSeconds").asDouble() + 2 * step,
                run.get("seconds").asDouble(), 1e-9);
        assertEquals("drive: flash", run.get("boundBy").asText());
        assertEquals(40 * 4 * 4 * 40 * 256, run.get("gpuLinkBytes").asLong());
        assertTrue(run.get("occupation").get("flash").asDouble() > 0.9);
    }

    @Test
    void listsAreATable(@TempDir Path folder) throws Exception {
        Path csv = folder.resolve("a.csv");
        Cli cli = simulate("a6000+instcsd*1,2", "--batch", "1,2", "--csv", csv.toString());
        assertEquals(0, cli.exitCode(), cli.err());
        assertEquals(2 + 4, cli.out().lines().count(), cli.out());
        List<String> lines = Files.readAllLines(csv);
        assertEquals(1 + 4, lines.size());
        assertTrue(lines.get(4).startsWith("a6000+instcsd*2,2,1024,2,in-storage,\"dense\","));
        JsonNode runs = simulate("a6000+instcsd*1,2", "--batch", "1,2", "--json").json()
                .get("runs");
        assertTrue(runs.get(0).get("stepSeconds").asDouble()
                > runs.get(2).get("stepSeconds").asDouble(), "two drives are faster");
    }

    @Test
    void selectionReadsLess() {
        double dense = run(simulate("a6000+instcsd*1", "--batch", "8", "--json"), 0)
                .get("cacheBytes").asDouble();
        double sparse = run(simulate("a6000+instcsd*1", "--batch", "8", "--json", "--attention",
                "sparf:r=16,k=64,local=16"), 0).get("cacheBytes").asDouble();
        assertTrue(sparse < 0.7 * dense, sparse + " of " + dense);
    }

    /** In a sweep what does not fit is a row; alone it is an error. */
    @Test
    void whatDoesNotFitIsSaid() {
        Cli sweep = simulate("a6000+instcsd*1", "--batch", "1,100", "--kv", "gpu-memory",
                "--json");
        assertTrue(run(sweep, 0).get("fits").asBoolean());
        assertFalse(run(sweep, 1).get("fits").asBoolean());
        assertTrue(run(sweep, 1).get("reason").asText().startsWith("GPU memory: weights and"));
        oneLine(simulate("a6000+instcsd*1", "--batch", "100", "--kv", "gpu-memory"), 1,
                "skein: GPU memory: weights and cache ");
        assertEquals("gpu-memory", run(simulate("a6000+instcsd*1", "--kv", "auto", "--json"), 0)
                .get("kv").asText(), "a small cache is fastest beside the weights");
    }

    @Test
    void wrongCommandLinesAreOneLine() {
        oneLine(simulate("a6000+instcsd*x"), 1, "skein: target 'a6000+instcsd*x': 'x' drives");
        oneLine(simulate("a6000+mqsim-4k-2", "--kv", "in-storage"), 1,
                "skein: drive mqsim-4k-2 has no attention engine");
        oneLine(simulate("a6000+instcsd", "--attention", "sparf:r=16"), 2,
                "skein: Invalid value for option '--attention'");
        oneLine(simulate("a6000+instcsd", "--attention", "sparf:r=0,k=8"), 2,
                "skein: Invalid value for option '--attention'");
        oneLine(simulate("a6000+instcsd", "--kv", "disk"), 2,
                "skein: Invalid value for option '--kv'");
        oneLine(simulate("a6000+instcsd", "--batch", "0"), 1, "skein: batch is 0");
        oneLine(simulate("u280", "--output-length", "1,2"), 1,
                "skein: --output-length has 2 values; a board or a GPU takes one");
        oneLine(Cli.run("simulate", "--model", "opt-13b", "--target", "a6000+instcsd"), 1,
                "skein: target a6000+instcsd has drives: give --prompt-length");
        oneLine(Cli.run("inspect", "opt-13b", "--placement"), 1, "skein: target 'u280'");
    }

    private static void oneLine(Cli cli, int code, String start) {
        assertEquals(code, cli.exitCode(), cli.err());
        assertTrue(cli.err().startsWith(start), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertEquals("", cli.out());
    }

    private static Cli faulty(String faults) {
        return simulate("a6000+instcsd*2", "--batch", "4", "--faults", faults, "--json");
    }

    /** Faults change the time and are counted, or are an error that names them. */
    @Test
    void faultsAreTimesOrNamed() {
        JsonNode none = faulty("none").json();
        assertEquals(0, none.get("slowDown").asDouble());
        assertEquals(4 * 20 * 2 * (1025 / 16), none.get("pagesRead").asLong());
        assertEquals(none.get("seconds").asDouble(), none.get("fastSeconds").asDouble(),
                0.02 * none.get("seconds").asDouble());
        assertTrue(none.get("pagesPerSecond").asDouble() > 0);
        JsonNode retries = faulty("retries:seed=3").json();
        assertTrue(retries.get("retries").asLong() > 0, retries.toString());
        assertTrue(retries.get("slowDown").asDouble() > 0, retries.toString());
        JsonNode lost = faulty("lost:command=2").json();
        assertEquals(1, lost.get("askedAgain").asInt());
        assertEquals(30, lost.get("secondsWithFaults").asDouble(), 1, "the driver's timeout");
        oneLine(faulty("removed:us=500"), 1, "skein: drive removed after 5.0E-4 s (planted"
                + " fault): ");
        oneLine(faulty("powercut:us=1"), 1, "skein: power cut after ");
        oneLine(faulty("die:channel=3,die=2"), 1, "skein: die 2 of channel 3 does not answer");
        oneLine(faulty("page:read=77"), 1, "skein: a page in plane ");
        oneLine(faulty("page:write=77"), 2, "skein: Invalid value for option '--faults'");
        oneLine(simulate("a6000+mqsim-4k-2", "--faults", "none"), 1, "skein: attention is not in"
                + " the drives");
        oneLine(simulate("a6000+instcsd*1,2", "--faults", "none"), 1, "skein: --faults takes one");
    }

    /** Host memory until it is full, then the drives. */
    @Test
    void inspectSaysWhy() {
        for (int batch : new int[] {64, 128}) {
            Cli cli = Cli.run("inspect", "--placement", "--model", "opt-13b", "--target",
                    "a6000+instcsd*3", "--batch", batch, "--attention", "sparf:r=16,k=128",
                    "--output-length", "1024", "--json");
            assertEquals(0, cli.exitCode(), cli.err());
            JsonNode placements = cli.json().get("placements");
            assertEquals(5, placements.size());
            for (JsonNode p : placements) {
                boolean memory = p.get("kv").asText().equals("host-memory");
                assertEquals(p.get("kv").asText().equals(batch == 64 ? "host-memory"
                        : "in-storage"), p.get("chosen").asBoolean(), p.toString());
                assertEquals(!p.get("kv").asText().equals("gpu-memory")
                        && !(memory && batch == 128), p.get("fits").asBoolean(), p.toString());
            }
        }
        Cli text = Cli.run("inspect", "opt-125m", "--placement", "--target", "a6000+instcsd",
                "--batch", "1", "--output-length", "2");
        assertTrue(text.out().contains("gpu-memory is chosen: its request is over first"),
                text.out());
    }
}
