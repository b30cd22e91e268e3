package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein quantize}, {@code prune} and {@code pareto} on a trained model. */
class CompressionTest {
    private static final Path DATA = Path.of("../../shared/data");

    @TempDir
    private Path folder;

    private static Path model() {
        Path model = DATA.resolve("models/stories260K-f32.gguf");
        assumeTrue(Files.exists(model), "shared data is absent: " + model);
        return model;
    }

    /** The first document, to be quick. */
    private Path text() throws IOException {
        String all = Files.readString(DATA.resolve("text/tinystories_5.txt"));
        return Files.writeString(folder.resolve("text.txt"),
                all.substring(0, all.indexOf("<|endoftext|>", 20)));
    }

    @Test
    void checkpointsGiveWhatTheirMakingGave() throws IOException {
        Path text = text(model());
        Path saved = folder.resolve("saved");
        Cli made = Cli.run("prune", model(), "--weights", "w4@8:16/w8", "--calibrate", "3/4", "-o",
                saved, "--json");
        assertEquals(0, made.exitCode(), made.err());
        assertEquals("w4g16@8:16/w8", made.json().get("weights").asText());
        assertEquals("sparsegpt 3/4", made.json().get("method").asText());
        double reference = perplexity(saved, text, "--device", "reference");
        assertEquals(reference, perplexity(model(), text, "--device", "reference", "--weights",
                "w4@8:16/w8", "--calibrate", "3/4"));
        // Binary32 sums in other orders: a few activations fall to the other side of a step.
        assertEquals(reference, perplexity(saved, text), 0.01 * reference);
        assertTrue(reference < perplexity(model(), text, "--device", "reference", "--weights",
                "w4@8:16/w8"));
        Cli again = Cli.run("quantize", model(), "-o", saved);
        assertEquals("skein: " + saved + " exists: name a folder that does not, or remove it\n",
                again.err());
        assertTrue(Cli.run("quantize", saved, "-o", folder.resolve("x")).err().startsWith(
                "skein: " + saved + " is compressed as w4g16@8:16/w8: "));
        assertTrue(Cli.run("convert", saved, "-o", folder.resolve("x")).err().contains(
                "is compressed as"));
        assertFalse(Files.exists(folder.resolve("x")));
    }

    private Path text(Path model) throws IOException {
        return Files.exists(model) ? text() : model;
    }

    private static double perplexity(Path model, Path text, Object... more) {
        Object[] args = new Object[more.length + 5];
        System.arraycopy(new Object[] {"perplexity", model, "--text", text, "--json"}, 0, args, 0,
                5);
        System.arraycopy(more, 0, args, 5, more.length);
        Cli run = Cli.run(args);
        assertEquals(0, run.exitCode(), run.err());
        return run.json().get("perplexity").asDouble();
    }

    @Test
    void paretoSaysWhatPerplexitySaysAndDrawsIt() throws IOException {
        Path text = text(model());
        Path csv = folder.resolve("t.csv");
        Path svg = folder.resolve("t.svg");
        Cli run = Cli.run("pareto", model(), "--text", text, "--schemes", "w8,w4@8:16/w8",
                "--method", "magnitude", "--csv", csv, "--svg", svg, "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode rows = run.json().get("rows");
        assertEquals(2, rows.size());
        assertEquals(perplexity(model(), text, "--device", "reference", "--weights", "w8"),
                rows.get(0).get("perplexity").asDouble());
        assertTrue(rows.get(0).get("front").asBoolean());
        assertTrue(rows.get(1).get("rtn").asDouble() > rows.get(0).get("rtn").asDouble());
        assertTrue(rows.get(1).get("tokensPerSecond").asDouble() > 0);
        assertTrue(rows.get(1).get("bitsPerWeight").asDouble()
                < rows.get(0).get("bitsPerWeight").asDouble());
        assertEquals(3, Files.readAllLines(csv).size());
        assertEquals(2, Files.readString(svg).split("<circle").length - 1);
    }

    @Test
    void wrongInputIsOneLine() {
        assertError("--weights w4 keeps all weights: add @8:16 or the like, or use skein quantize",
                "prune", model(), "--weights", "w4", "-o", folder.resolve("x"));
        assertError("--method rtn needs no calibration: leave out --calibrate", "quantize",
                model(), "--method", "rtn", "--calibrate", "1/2", "-o", folder.resolve("x"));
        assertError("calibration \"7\": write SEED/TEXTS, such as 1/32", "quantize", model(),
                "--calibrate", "7", "-o", folder.resolve("x"));
        assertError("calibration texts: found 0, allowed are 1 to 4096", "quantize", model(),
                "--calibrate", "1/0", "-o", folder.resolve("x"));
    }

    private static void assertError(String expected, Object... args) {
        Cli run = Cli.run(args);
        assertEquals(1, run.exitCode());
        assertEquals("skein: " + expected + "\n", run.err());
    }
}
