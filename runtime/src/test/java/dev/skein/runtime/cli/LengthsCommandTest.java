package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.runtime.BundledModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lengths on the command line: both strategies, contexts with commas, whole requests. */
class LengthsCommandTest {
    @TempDir
    private Path folder;

    @Test
    void bothStrategiesSayTheSameFromAFileAndFromTheModel() throws Exception {
        try (BundledModel model = BundledModel.extract()) {
            Path artifact = folder.resolve("buckets.h5");
            JsonNode compiled = Cli.run("compile", model.folder(), "-o", artifact, "--context",
                    "100", "--lengths", "buckets", "--json").json();
            List<Object> run = List.of("-p", "Once upon a time", "-n", "40", "--temp", "0");
            String file = run(artifact, run);
            assertEquals(run(model.folder(), run, "--context", "100"), file);
            assertEquals(run(model.folder(), run, "--context", "100", "--lengths", "buckets"),
                    file);
            JsonNode parametric = Cli.run("compile", model.folder(), "-o",
                    folder.resolve("one.h5"), "--context", "100", "--json").json();
            assertTrue(compiled.get("programBytes").asLong()
                    > 4 * parametric.get("programBytes").asLong());
            Cli fixed = Cli.run("run", artifact, "--lengths", "buckets");
            assertEquals(1, fixed.exitCode());
            assertTrue(fixed.err().contains("are fixed in it"), fixed.err());
        }
    }

    private static String run(Path model, List<Object> options, Object... more) {
        var all = new ArrayList<Object>(List.of("run", model));
        all.addAll(options);
        all.addAll(List.of(more));
        Cli cli = Cli.run(all.toArray());
        assertEquals(0, cli.exitCode(), cli.err());
        return cli.out();
    }

    @Test
    void inspectShowsTheLadder() {
        JsonNode ladder = Cli.run("inspect", "smollm2-135m", "--lengths", "--max-context", "160",
                "--json").json().get("ladder");
        assertEquals(160, ladder.get("maxContext").asInt());
        assertEquals(5, ladder.get("rungs").size());
        assertEquals(1.67e12, ladder.get("rungs").get(0).get("paperBytes").asDouble());
        for (int i = 1; i < 5; i++) {
            assertTrue(ladder.get("rungs").get(i).get("bytes").asLong()
                    < ladder.get("rungs").get(i - 1).get("bytes").asLong());
        }
        Cli text = Cli.run("inspect", "--lengths", "smollm2-135m", "--max-context", "64");
        assertEquals(0, text.exitCode(), text.err());
        assertTrue(text.out().contains("parametric, folded"), text.out());
    }

    @Test
    void severalContextsAreSimulatedByOneProgram() {
        JsonNode json = Cli.run("simulate", "--model", "smollm2-135m", "--context", "16,64,160",
                "--json").json().get("contexts");
        assertEquals(3, json.size());
        assertTrue(json.get(0).get("cycles").asLong() < json.get(1).get("cycles").asLong());
        JsonNode alone = Cli.run("simulate", "--model", "smollm2-135m", "--context", "64",
                "--max-context", "160", "--json").json();
        for (String field : List.of("cycles", "joules", "bytesMoved", "boundBy", "maxContext")) {
            assertEquals(alone.get(field), json.get(1).get(field), field);
        }
    }

    @Test
    void requestsHaveALineAStep() throws Exception {
        Path csv = folder.resolve("steps.csv");
        JsonNode json = Cli.run("simulate", "--model", "smollm2-135m", "--prompt-length", "70",
                "--output-length", "9", "--csv", csv, "--json").json();
        List<String> lines = Files.readAllLines(csv);
        assertEquals(json.get("steps").asInt() + 1, lines.size());
        assertEquals("step,program,position,tokens,cycles,milliseconds,tokensPerSecond,bytesMoved,"
                + "hbmBytes,joules,boundBy", lines.getFirst());
        assertTrue(lines.getLast().contains(",decode-79,77,1,"), lines.getLast());
        assertEquals(json.get("cycles").asLong(), lines.stream().skip(1)
                .mapToLong(l -> Long.parseLong(l.split(",")[4])).sum());
        assertEquals(json.get("seconds").asDouble(),
                json.get("timeToFirstTokenMillis").asDouble() / 1e3
                        + 8 / json.get("decodeTokensPerSecond").asDouble(), 1e-9);
        assertEquals(json.get("lastDecodeTokensPerSecond").asDouble(),
                Double.parseDouble(lines.getLast().split(",")[6]), 1e-3);
        assertEquals(json.get("joules").asDouble(), 9 * json.get("joulesPerToken").asDouble(),
                1e-9);
    }

    @Test
    void requestsThatCannotBeSimulatedAreOneLine() {
        refused("skein: --prompt-length is 0, allowed: 1 or more", "--prompt-length", "0");
        refused("skein: --output-length is 0, allowed: 1 or more", "--prompt-length", "4",
                "--output-length", "0");
        refused("skein: --max-context 16 is shorter than the request of 24", "--prompt-length",
                "16", "--output-length", "8", "--max-context", "16");
        refused("skein: --context is 0, allowed: 1 or more", "--context", "16,0");
    }

    private static void refused(String message, String... options) {
        var all = new ArrayList<Object>(List.of("simulate", "--model", "opt-125m"));
        all.addAll(List.of(options));
        Cli cli = Cli.run(all.toArray());
        assertEquals(1, cli.exitCode());
        assertEquals(message, cli.err().strip());
    }
}
