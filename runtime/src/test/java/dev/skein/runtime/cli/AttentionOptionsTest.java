package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.runtime.BundledModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --attention-sparsity} from the command line to the figures. */
class AttentionOptionsTest {

    private static JsonNode simulate(String sparsity, int context) {
        return Cli.run("simulate", "--model", "smollm2-135m", "--context", context,
                "--attention-sparsity", sparsity, "--json").json();
    }

    @Test
    void simulateMovesLessAndSaysWhatItReached() {
        JsonNode dense = simulate("0", 2048);
        JsonNode sparse = simulate("0.7", 2048);
        assertEquals(0, dense.get("attentionSparsity").asDouble());
        assertEquals(0.663, sparse.get("attentionSparsity").asDouble(), 5e-4);
        assertTrue(sparse.get("cycles").asLong() < dense.get("cycles").asLong());
        // A decode step at 2048 reads the first block and 9 of 31 others.
        long kv = dense.get("kvBytes").asLong();
        long less = dense.get("bytesMoved").asLong() - sparse.get("bytesMoved").asLong();
        assertEquals(22 / 32.0, less / (double) kv, 0.02);
        // Nothing to leave out in two blocks.
        JsonNode few = simulate("0.7", 128);
        assertEquals(0, few.get("attentionSparsity").asDouble());
        // But SPAN is fetched.
        assertEquals(simulate("0", 128).get("bytesMoved").asLong(),
                few.get("bytesMoved").asLong(), 4096);
    }

    @Test
    void artifactsKeepTheirSpans(@TempDir Path folder) throws Exception {
        try (BundledModel model = BundledModel.extract()) {
            Path artifact = folder.resolve("tales.h5");
            JsonNode compiled = Cli.run("compile", model.folder(), "-o", artifact, "--context",
                    "256", "--attention-sparsity", "0.7", "--json").json();
            double reached = compiled.get("attentionSparsity").asDouble();
            assertEquals(0.3, reached, 1e-6);
            JsonNode run = Cli.run("run", artifact, "-p", "Once", "-n", "2", "--json").json();
            assertEquals(reached, run.get("attentionSparsity").asDouble());
            JsonNode other = Cli.run("run", model.folder(), "-p", "Once", "-n", "2", "--context",
                    "256", "--attention-sparsity", "0.7", "--device", "reference",
                    "--json").json();
            assertEquals(reached, other.get("attentionSparsity").asDouble(), 1e-6);
            Cli fixed = Cli.run("run", artifact, "--attention-sparsity", "0.5");
            assertEquals(1, fixed.exitCode());
            assertTrue(fixed.err().contains("--attention-sparsity are fixed in it"), fixed.err());
        }
    }

    @Test
    void wrongOptionsAreOneLine() {
        Cli more = Cli.run("simulate", "--model", "opt-125m", "--attention-sparsity", "1");
        assertEquals(1, more.exitCode());
        assertEquals("skein: attention sparsity is 1.0, allowed are 0 to 0.95",
                more.err().strip());
        Cli shape = Cli.run("simulate", "--model", "opt-125m", "--attention-sparsity", "0.5",
                "--attention-spans", "measured");
        assertEquals(1, shape.exitCode());
        assertEquals(1, shape.err().strip().lines().count(), shape.err());
        assertTrue(shape.err().contains("no weights"), shape.err());
        Cli choice = Cli.run("simulate", "--model", "opt-125m", "--attention-spans", "all");
        assertEquals(2, choice.exitCode());
    }
}
