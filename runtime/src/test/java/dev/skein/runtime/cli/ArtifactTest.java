package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.hls.board.Boards;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.LoadOptions;
import dev.skein.runtime.LoadOptions.DeviceKind;
import dev.skein.runtime.LoadedModel;
import dev.skein.runtime.Loader;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled model compiled into a file, and run from it. */
class ArtifactTest {
    @TempDir
    private static Path folder;

    private static BundledModel model;
    private static Path artifact;
    private static JsonNode compiled;

    @BeforeAll
    static void compile() throws IOException {
        model = BundledModel.extract();
        artifact = folder.resolve("tales.h5");
        compiled = compileTo(artifact, model);
    }

    @AfterAll
    static void close() throws IOException {
        model.close();
    }

    private static JsonNode compileTo(Path target, BundledModel from) {
        return Cli.run("compile", from.folder(), "-o", target, "--weights", "w4", "--context", 64,
                "--json").json();
    }

    @Test
    void compileReportsWhatItMade() throws IOException {
        assertEquals(artifact.toString(), compiled.get("file").asText());
        assertEquals(Files.size(artifact), compiled.get("fileBytes").asLong());
        long program = compiled.get("programBytes").asLong();
        long weight = compiled.get("weightBytes").asLong();
        assertTrue(program > 0 && program % 32 == 0, "programs of " + program + " bytes");
        assertTrue(weight > 0 && program + weight < Files.size(artifact), weight + " of weights");
        assertTrue(compiled.get("compileMillis").asDouble() > 0);
        assertEquals(64, compiled.get("maxContext").asInt());
        assertEquals("w4g16", compiled.get("weights").asText());
    }

    @Test
    void fileAndModelGiveTheSameLogits() throws IOException {
        try (LoadedModel file = load(artifact, Optional.empty(), OptionalInt.empty());
                LoadedModel memory = load(model.folder(), Optional.of("w4"),
                        OptionalInt.of(64))) {
            int[] prompt = file.tokenizer().encodeWithBos("Once upon a time");
            float[] logits = memory.accelerator().step(prompt).logits();
            assertArrayEquals(logits, file.accelerator().step(prompt).logits());
            for (int i = 0; i < 5; i++) {
                int token = Step.likeliest(logits);
                logits = memory.accelerator().step(token).logits();
                assertArrayEquals(logits, file.accelerator().step(token).logits());
            }
        }
    }

    private static LoadedModel load(Path path, Optional<String> weights, OptionalInt context)
            throws IOException {
        return new Loader(new LoadOptions(DeviceKind.SIM, Timing.FUNCTIONAL, "u280", weights,
                context), _ -> { }).load(path.toString());
    }

    @Test
    void runTakesTheFile() {
        JsonNode run = Cli.run("run", artifact, "-p", "Once", "-n", "3", "--json").json();
        assertEquals(3, run.get("generatedTokens").asInt());
        assertEquals("u280", run.get("simulated").get("board").asText());
        Cli weights = Cli.run("run", artifact, "--weights", "w8");
        assertEquals(1, weights.exitCode());
        assertEquals("skein: " + artifact + " is compiled: --weights, --context,"
                + " --lengths and --attention-sparsity are fixed in it; leave them out or name the"
                + " model it was made of", weights.err().strip());
    }

    @Test
    void inspectShowsWhereItComesFrom() {
        String text = Cli.run("inspect", artifact).out();
        assertTrue(text.contains("skein: " + Version.number()), text);
        assertTrue(text.contains("weights: w4g16"), text);
        assertTrue(text.lines().anyMatch(l -> l.matches("sha256 model.safetensors: [0-9a-f]{64}")),
                text);
    }

    @Test
    void theSameModelElsewhereGivesTheSameBytes() throws IOException {
        Path other = folder.resolve("other.h5");
        try (BundledModel again = BundledModel.extract()) {
            compileTo(other, again);
        }
        assertEquals(-1, Files.mismatch(artifact, other));
    }

    /** Small models run on any board; this one has the U280's name and two cores. */
    @Test
    void aBoardOfTheSameNameHasToBeTheSame() throws IOException {
        Path properties = folder.resolve("u280.properties");
        try (var in = Boards.class.getResourceAsStream("u280.properties")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String other = text.replace("hbm.weights.channelsPerCore=11,11,10",
                    "hbm.weights.channelsPerCore=11,10,11");
            assertNotEquals(text, other);
            Files.writeString(properties, other);
        }
        Path file = folder.resolve("two.h5");
        Cli.run("compile", model.folder(), "-o", file, "--target", properties, "--context", 16);
        Cli run = Cli.run("run", file);
        assertEquals(1, run.exitCode(), run.out());
        assertEquals("skein: " + file + " is compiled for a board u280 of other cores, buffers or"
                + " memories: compile the model again", run.err().strip());
    }

    @Test
    void aDamagedFileIsOneLine() throws IOException {
        byte[] bytes = Files.readAllBytes(artifact);
        bytes[bytes.length / 2]++;
        Path damaged = Files.write(folder.resolve("damaged.h5"), bytes);
        Cli run = Cli.run("run", damaged);
        assertEquals(1, run.exitCode());
        assertEquals("skein: " + damaged + ": offset 0: checksum of block 0: found another sum, but"
                + " the bytes are those that were written; the file is cut short or damaged: copy"
                + " it again or compile the model again", run.err().strip());
    }
}
