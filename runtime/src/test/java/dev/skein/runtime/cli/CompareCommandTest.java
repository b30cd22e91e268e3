package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein compare} with the bundled models by name. */
class CompareCommandTest {

    @Test
    void aRowIsWhatRunSaysOfTheModel() {
        JsonNode run = Cli.run("run", "tales", "--weights", "w4", "-p", "Tom", "-n", "4", "--json")
                .json();
        JsonNode all = Cli.run("compare", "tales=w8", "tales=w4", "-p", "Tom", "-n", "4",
                "--json").json();
        assertEquals("u280", all.get("board").asText());
        assertEquals(2, all.get("rows").size());
        JsonNode w8 = all.get("rows").get(0);
        JsonNode w4 = all.get("rows").get(1);
        assertEquals("tales", w4.get("model").asText());
        JsonNode decode = run.get("simulated").get("decode");
        assertEquals(decode.get("cycles").asLong(), w4.get("cycles").asLong());
        assertEquals(decode.get("joules").asDouble(),
                w4.get("joulesPerToken").asDouble() * decode.get("tokens").asInt(), 1e-12);
        assertTrue(w4.get("bytesPerToken").asDouble() < w8.get("bytesPerToken").asDouble(),
                all.toString());
    }

    @Test
    void bundledModelsAreTheDefault() {
        JsonNode rows = Cli.run("compare", "-p", "Tom", "-n", "4", "--json").json().get("rows");
        assertEquals(3, rows.size());
        JsonNode dense = rows.get(1);
        JsonNode sparse = rows.get(2);
        assertEquals("tales-sparse", sparse.get("model").asText());
        assertEquals("mixed3.5g16@8:16/w4g16", sparse.get("weights").asText());
        for (String cost : new String[] {"joulesPerToken", "bytesPerToken", "cycles"}) {
            assertTrue(sparse.get(cost).asDouble() < dense.get(cost).asDouble(),
                    cost + ": " + rows);
        }
    }

    @Test
    void perplexityIsThatOfTheVerb(@TempDir Path folder) throws Exception {
        Path text = Files.writeString(folder.resolve("t.txt"), "Tom found a red kite.\n");
        double alone = Cli.run("perplexity", "tales", "--weights", "w4", "--text", text, "--json")
                .json().get("perplexity").asDouble();
        JsonNode row = Cli.run("compare", "tales=w4", "-n", "2", "--text", text, "--json").json()
                .get("rows").get(0);
        assertEquals(alone, row.get("perplexity").asDouble());
    }

    @Test
    void wrongInputIsOneLine() {
        Cli none = Cli.run("compare", "tales=w7");
        assertEquals(1, none.exitCode());
        assertTrue(none.err().startsWith("skein: weight format \"w7\""), none.err());
        assertEquals(1, none.err().lines().count(), none.err());
        assertEquals(1, Cli.run("compare", "-n", "1").exitCode());
    }
}
