package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code skein attention} and {@code --attention} on the bundled model. */
class AttentionCommandTest {
    private static final Path TEXT = Path.of("src/main/model/tales/valid.txt");

    private static JsonNode row(JsonNode result, String policy) {
        for (JsonNode row : result.get("rows")) {
            if (row.get("policy").asText().equals(policy)) {
                return row;
            }
        }
        throw new AssertionError("no " + policy + " in " + result);
    }

    @Test
    void sweepOfTheBundledModel(@TempDir Path folder) throws Exception {
        Path csv = folder.resolve("sweep.csv");
        JsonNode result = Cli.run("attention", "tales", "--text", TEXT, "--context", 160,
                "--compression", "1,8", "--csv", csv, "--json").json();
        assertEquals(6, result.get("rows").size());
        double dense = row(result, "dense").get("perplexity").asDouble();
        assertEquals(1, row(result, "dense").get("elementShare").asDouble());
        assertEquals(Cli.run("perplexity", "tales", "--text", TEXT, "--context", 160, "--attention",
                "dense", "--json").json().get("perplexity").asDouble(), dense);
        JsonNode sparf = row(result, "sparf:r=4,k=10,local=5");
        JsonNode local = row(result, "local:window=20");
        assertTrue(sparf.get("elementShare").asDouble() < local.get("elementShare").asDouble());
        double worse = sparf.get("perplexity").asDouble();
        // In the bundled model's own kind of text SparF loses least, with fewer elements moved.
        assertTrue(worse > dense && worse < local.get("perplexity").asDouble(),
                worse + " of " + result);
        // Two entries a page are 256 tokens a page, which no sequence has here.
        assertEquals(2, sparf.get("pages").size());
        for (JsonNode page : sparf.get("pages")) {
            assertTrue(page.get("real").get("tokenPages").asDouble()
                    < page.get("uniform").get("tokenPages").asDouble(), page.toString());
        }
        assertEquals(7, Files.readAllLines(csv).size());
        assertTrue(Files.readString(csv).startsWith("attention,perplexity,"));
    }

    @Test
    void perplexityAndRunTakeAPolicy() {
        JsonNode dense = Cli.run("perplexity", "tales", "--text", TEXT, "--attention", "dense",
                "--json").json();
        JsonNode sparf = Cli.run("perplexity", "tales", "--text", TEXT, "--attention",
                "sparf:r=32,k=512", "--json").json();
        assertEquals(dense.get("perplexity").asDouble(), sparf.get("perplexity").asDouble());
        assertTrue(sparf.get("device").asText().contains("attention sparf:r=32,k=512,local=1"),
                sparf.toString());
        JsonNode spans = Cli.run("run", "tales-sparse", "-n", 4, "--attention", "h2o:k=8",
                "--json").json();
        assertEquals(0, spans.get("attentionSparsity").asDouble());
        assertTrue(spans.get("device").asText().contains("reference"), spans.toString());
    }

    /** 4 layers of 2 heads of 32; K, V and a copy of K once 4 entries are full. */
    @Test
    void aRunSaysWhatTheDriveDid() {
        JsonNode dense = Cli.run("run", "tales", "-n", 40, "--device", "csd", "--json").json();
        JsonNode drive = dense.get("drive");
        int tokens = dense.get("tokens").size() - 1;
        assertEquals(tokens * 4 * 2 * 32 * 2 * 2, drive.get("hostBytes").asInt());
        assertEquals(1024, drive.get("pageBytes").asInt());
        assertEquals(drive.get("densePages").asInt(), drive.get("keyPages").asInt()
                + drive.get("valuePages").asInt());
        JsonNode sparf = Cli.run("run", "tales", "-n", 40, "--device", "csd", "--attention",
                "sparf:r=4,k=4,local=2", "--json").json().get("drive");
        assertTrue(sparf.get("keyPages").asInt() < drive.get("keyPages").asInt());
    }

    @Test
    void artifactsHaveACacheOfTheirOwn(@TempDir Path folder) {
        Path artifact = folder.resolve("tales.h5");
        Cli.run("compile", "tales", "-o", artifact, "--context", 64);
        for (String[] option : new String[][] {{"--attention", "dense"}, {"--csd", "kv"}}) {
            Cli cli = Cli.run("run", artifact, "-n", 1, "--device", "sim", option[0], option[1]);
            assertEquals(1, cli.exitCode(), cli.err());
            assertTrue(cli.err().contains("leave --attention and --csd out"), cli.err());
        }
    }

    @Test
    void theDriveIsVerifiedAgainstTheReference() {
        Cli cli = Cli.run("verify", "tales", "--device", "csd", "--against", "reference", "-n", 20,
                "--attention", "sparf:r=8,k=6,local=2");
        assertEquals(0, cli.exitCode(), cli.err());
        assertEquals("csd: 25 tokens compared in 21 steps, 0 mismatches", cli.out().strip());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "2; perplexity tales --text TEXT --attention sparf:r=16; k is missing",
        "2; attention tales --text TEXT --attention none; there is no 'none'",
        "2; attention tales --text TEXT --kinds sparse; sparse",
        "1; attention tales --text TEXT --attention sparf:r=33,k=8; channels r: 33; a head has 32",
        "1; attention tales --text TEXT --compression 0; compression 1/0: allowed are 1 to 256",
        "1; attention tales --text TEXT --tokens 0; --tokens is 0, allowed: 1 or more",
        "1; attention tales --text TEXT --context 513; choose a smaller --context",
        "1; run tales --csd folder; add --device csd",
        "1; run tales --device csd --attention h2o:k=4; allowed are dense and sparf",
        "1; run tales --device csd --csd TEXT -n 1; FILE_ERROR",
        "1; verify tales --device csd --against hls; --against reference",
        "1; run tales --device sim --attention dense; --attention runs on --device reference",
        "1; run tales --attention dense --attention-sparsity 0.5; without --attention-sparsity"})
    void wrongOptionsAreOneLine(int code, String line, String says) {
        Cli cli = Cli.run((Object[]) line.replace("TEXT", TEXT.toString()).split(" "));
        assertEquals(code, cli.exitCode(), cli.err());
        assertEquals(1, cli.err().strip().lines().count(), cli.err());
        assertTrue(cli.err().contains(says), cli.err());
    }
}
