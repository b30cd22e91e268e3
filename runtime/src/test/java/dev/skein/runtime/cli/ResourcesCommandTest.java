package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.hls.board.Boards;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResourcesCommandTest {
    private static final String REFUSAL = "skein: board u280-flightllm does not fit: BRAM36 in"
            + " SLR1: needs 672, has 518 (90 % of 576); nearest fit: buffer.wgt_KiB=1408";

    private static Path tooLarge(Path folder) throws IOException {
        try (InputStream in = Boards.class.getResourceAsStream("u280-flightllm.properties")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(folder.resolve("large.properties"),
                    text.replace("\nbuffer.wgt_KiB=1024\n", "\nbuffer.wgt_KiB=2048\n"));
        }
    }

    @Test
    void printsPartsAndSlrs() {
        Cli run = Cli.run("resources", "--board", "u280-flightllm");
        assertEquals(0, run.exitCode(), run.err());
        String total = run.out().lines().filter(l -> l.startsWith("total")).findFirst()
                .orElseThrow();
        assertTrue(total.matches("total +573,\\d{3} +943,\\d{3} +1,248 +792 +6,345"), total);
        assertTrue(run.out().contains("SLR2"), run.out());
        JsonNode json = Cli.run("resources", "--board", "u280-flightllm", "--json").json();
        assertTrue(json.get("fits").asBoolean());
        assertEquals(6345, json.get("total").get("DSP").asInt());
        assertEquals(3, json.get("slrs").size());
        assertEquals(288, json.get("slrs").get(0).get("usable").get("URAM").asInt());
        assertEquals(6144, json.get("parts").get(0).get("DSP").asInt());
    }

    /** The command that the last line names exists: a test class in the module it names. */
    @Test
    void saysWhereTheCountsOfTheRtlComeFrom() {
        Matcher command = Pattern.compile("\\./test -pl (\\w+) -Dtest=(\\w+)")
                .matcher(Cli.run("resources").out().lines().toList().getLast());
        assertTrue(command.find());
        Path tests = Path.of("..", command.group(1), "src/test/java/dev/skein/hls/board/resource");
        assertTrue(Files.isReadable(tests.resolve(command.group(2) + ".java")), command.group());
    }

    @Test
    void whatDoesNotFitIsRefusedInOneLine(@TempDir Path folder) throws IOException {
        Path board = tooLarge(folder);
        for (Cli run : new Cli[] {Cli.run("resources", "--board", board),
                Cli.run("simulate", "--model", "opt-125m", "--target", board),
                Cli.run("inspect", "opt-125m", "--target", board)}) {
            assertEquals(1, run.exitCode(), run.out());
            assertTrue(run.err().startsWith(REFUSAL), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
        Cli json = Cli.run("resources", "--board", board, "--json");
        assertEquals(1, json.exitCode());
        assertFalse(json.json().get("fits").asBoolean());
        assertTrue(json.json().get("problem").asText().contains("nearest fit"));
    }
}
