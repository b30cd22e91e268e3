package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.hls.board.gpu.Gpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GPUs as targets of {@code skein simulate} and {@code skein compare}. */
class GpuCommandTest {

    @Test
    void stepsOnSeveralTargets() {
        JsonNode targets = Cli.run("simulate", "--model", "llama2-7b", "--target", "h100,a6000",
                "--context", "128,1024", "--json").json().get("targets");
        assertEquals(2, targets.size());
        JsonNode h100 = targets.get(0).get("contexts");
        JsonNode a6000 = targets.get(1).get("contexts");
        assertEquals("h100", h100.get(0).get("gpu").asText());
        assertTrue(h100.get(0).get("tokensPerSecond").asDouble()
                > a6000.get(0).get("tokensPerSecond").asDouble());
        assertTrue(h100.get(1).get("timeMillis").asDouble()
                > h100.get(0).get("timeMillis").asDouble());
        assertEquals(260, h100.get(0).get("launches").asInt());
        assertTrue(h100.get(0).get("memory").get("fits").asBoolean());
        double classes = 0;
        for (JsonNode kind : h100.get(0).get("classes")) {
            classes += kind.get("millis").asDouble();
        }
        assertEquals(h100.get(0).get("timeMillis").asDouble(), classes, 1e-9);
    }

    @Test
    void batchesAndRequests() {
        JsonNode request = Cli.run("simulate", "--model", "llama2-7b", "--target", "a100",
                "--prompt-length", "512", "--output-length", "3", "--batch", "4", "--json").json();
        assertEquals(4, request.get("batch").asInt());
        assertTrue(request.get("decodeTokensPerSecond").asDouble()
                > 2 / request.get("seconds").asDouble());
        Cli board = Cli.run("simulate", "--model", "opt-125m", "--target", "u280", "--batch", "2");
        assertEquals(1, board.exitCode());
        assertTrue(board.err().contains("u280 decodes one sequence at a time"), board.err());
    }

    @Test
    void theTimelineIsThatOfTheKernels(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("t.json");
        Cli run = Cli.run("simulate", "--model", "opt-125m", "--target", "v100s", "--weights",
                "f16", "--trace", file.toString());
        assertEquals(0, run.exitCode(), run.err());
        JsonNode events = new ObjectMapper().readTree(Files.readString(file)).get("traceEvents");
        int slices = 0;
        for (JsonNode event : events) {
            slices += event.get("ph").asText().equals("X") ? 1 : 0;
        }
        assertEquals(12 * 8 + 4 + 1, slices);
    }

    @Test
    void whatIsUnknownIsListedInOneLine() {
        Cli run = Cli.run("simulate", "--model", "opt-125m", "--target", "h1000");
        assertEquals(1, run.exitCode());
        assertTrue(run.err().startsWith("skein: target 'h1000': not found; boards: "), run.err());
        assertTrue(run.err().contains("GPUs: a100, "), run.err());
        assertEquals(1, run.err().strip().lines().count());
        Cli longer = Cli.run("simulate", "--model", "llama2-7b", "--target", "h100", "--context",
                "5000");
        assertEquals(1, longer.exitCode());
        assertTrue(longer.err().startsWith("skein: context 5000 is longer than the 4096"),
                longer.err());
        assertEquals(1, Cli.run("simulate", "--model", "opt-125m", "--target", "h100", "--csv",
                "x.csv").exitCode());
    }

    @Test
    void aFileIsRecognisedByItsKeys(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.properties");
        Files.writeString(file, Gpus.text("a6000")
                .replace("\nname=a6000", "\nname=mine"));
        assertEquals("mine", Cli.run("simulate", "--model", "opt-125m", "--target",
                file.toString(), "--json").json().get("gpu").asText());
    }

    @Test
    void devicesListsThemAndCudaOrWhyNot() {
        JsonNode json = Cli.run("devices", "--json").json();
        assertEquals(Gpus.names().size(), json.get("gpus").size());
        assertEquals(json.get("cuda").get("devices").isEmpty(), json.get("cuda").has("missing"));
    }

    @Test
    void targetsSideBySide() {
        JsonNode rows = Cli.run("compare", "opt-125m=w8", "--targets", "u280,v100s", "--context",
                "64", "--json").json().get("rows");
        assertEquals(2, rows.size());
        assertEquals("cycles", rows.get(0).get("method").asText());
        assertEquals("roofline", rows.get(1).get("method").asText());
        for (JsonNode row : rows) {
            assertTrue(row.get("tokensPerSecond").asDouble() > 0, row.toString());
            assertTrue(row.get("timeToFirstTokenMillis").asDouble() > 0, row.toString());
            assertTrue(row.get("joulesPerToken").asDouble() > 0, row.toString());
            assertTrue(row.get("neededBytes").asLong() > 120_000_000, row.toString());
            assertTrue(row.get("priceUSD").asDouble() > 0, row.toString());
        }
        assertFalse(rows.get(0).get("joulesAreAnUpperBound").asBoolean());
        assertTrue(rows.get(1).get("joulesAreAnUpperBound").asBoolean());
    }

    @Test
    void whatDoesNotFitSaysSoInItsRow() {
        Cli run = Cli.run("compare", "llama2-70b=w8", "--targets", "u280,rtx4090,h200");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("does not fit the memory of rtx4090"), run.out());
        assertTrue(run.out().contains("GPU memory; "), run.out());
    }
}
