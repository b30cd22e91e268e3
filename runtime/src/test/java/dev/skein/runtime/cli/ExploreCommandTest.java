package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.resource.FitCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExploreCommandTest {

    @Test
    void writesABoardThatCanBeUsed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("mine.properties");
        Path journal = folder.resolve("journal");
        Object[] words = {"explore", "--model", "opt-125m", "--context", "16", "--budget", "6",
            "--seed", "3", "--resume", journal, "--out", file, "--json"};
        JsonNode json = Cli.run(words).json();
        assertEquals(6, json.get("evaluated").asInt());
        assertTrue(json.get("front").size() >= 1);
        Board board = FitCheck.load(file.toString());
        assertEquals("mine", board.name());
        List<String> lines = Files.readAllLines(file);
        assertTrue(lines.getFirst().startsWith("# Result of a design search: skein explore --model"
                + " opt-125m"), lines.getFirst());
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith("#") && lines.get(i).contains("=")) {
                assertTrue(lines.get(i - 1).startsWith("# "), lines.get(i));
            }
        }
        Path again = folder.resolve("again.properties");
        words[12] = again;
        assertEquals(json, Cli.run(words).json());
        assertEquals(Files.readString(file).replace("name=mine", "name=again"),
                Files.readString(again));
        assertEquals(0, Cli.run("simulate", "--model", "opt-125m", "--target", file).exitCode());
    }

    @Test
    void wrongOptionsAreOneLine(@TempDir Path folder) {
        for (Cli run : new Cli[] {
                Cli.run("explore", "--model", "opt-125m", "--budget", "0"),
                Cli.run("explore", "--model", "opt-125m", "--out", folder.resolve("board.txt")),
                Cli.run("explore", "--model", "opt-125m", "--board", "u281"),
                Cli.run("explore", "--model", "opt-125m", "--weights", "w7")}) {
            assertEquals(1, run.exitCode(), run.err());
            assertEquals(1, run.err().lines().count(), run.err());
        }
    }
}
