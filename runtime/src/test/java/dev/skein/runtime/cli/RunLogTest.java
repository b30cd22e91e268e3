package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.frontend.FormatException;
import dev.skein.runtime.replay.ReplayAccelerator;
import dev.skein.runtime.replay.RunLog;
import dev.skein.runtime.replay.RunLogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that was recorded, again without its device; and logs that are none. */
class RunLogTest {
    @TempDir
    private static Path folder;
    private static Path log;
    private static Cli recorded;

    @BeforeAll
    static void record() {
        log = folder.resolve("tales.runlog");
        recorded = Cli.run("run", "tales", "--weights", "w4", "--context", 64, "-p", "Once upon",
                "-n", 8, "--temp", 0.8, "--seed", 7, "--record", log, "--json");
        assertEquals(0, recorded.exitCode(), recorded.err());
    }

    @Test
    void aReplayGivesTheSameTokensWithNoDevice() throws IOException {
        Cli replayed = Cli.run("run", "--replay", log, "--json");
        JsonNode before = recorded.json();
        JsonNode after = replayed.json();
        for (String field : List.of("text", "tokens", "promptTokens", "generatedTokens", "weights",
                "attentionSparsity")) {
            assertEquals(before.get(field), after.get(field), field);
        }
        assertEquals(before.get("simulated").get("cycles"), after.get("simulated").get("cycles"));
        assertTrue(after.get("device").asText().startsWith("replay of: tales, w4g16 on u280"));
        RunLog read = RunLogReader.read(log);
        assertEquals("sim", read.head().source());
        assertEquals(8, read.steps().size());
        assertTrue(read.steps().getFirst().cost().orElseThrow().opSeconds().get("mm") > 0);
    }

    @Test
    void aReplayAnswersOnlyWhatWasAsked() throws IOException {
        RunLog read = RunLogReader.read(log);
        var device = new ReplayAccelerator(read);
        var e = assertThrows(IllegalArgumentException.class, () -> device.step(5));
        assertTrue(e.getMessage().contains("step 0 asks for tokens [5] at position 0, recorded are"
                + " ["), e.getMessage());
        for (RunLog.LoggedStep step : read.steps()) {
            device.step(step.tokens().stream().mapToInt(i -> i).toArray());
        }
        assertTrue(device.atEnd());
        assertThrows(IllegalArgumentException.class, () -> device.step(1));
    }

    @Test
    void whatIsRecordedIsNotChosenAgain() {
        Cli both = Cli.run("run", "tales", "--replay", log);
        assertEquals(1, both.exitCode());
        assertTrue(both.err().contains("leave out MODEL"), both.err());
        assertEquals(2, Cli.run("run").exitCode());
        Cli folderAsLog = Cli.run("run", "tales", "--record", folder);
        assertEquals(1, folderAsLog.exitCode());
        assertTrue(folderAsLog.err().contains("is a folder"), folderAsLog.err());
    }

    /** A pattern in a line of the log, what comes in its place, and words of the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1 | \"skeinRunLog\":1, | \"skeinRunLog\":2, | line 1, skeinRunLog: found 2",
        "1 | \"vocabSize\":\\d+ | \"vocabSize\":-1 | line 1, vocabSize: found -1",
        "1 | \"maxContext\":64 | \"maxContext\":\"64\" | line 1, maxContext: found \"64\"",
        "1 | \"temperature\":0.8 | \"temperature\":-1 | line 1, sampling",
        "1 | \"topK\":40, | '' | line 1, topK: found nothing",
        "1 | \"config.json\" | \"/etc/passwd\" | line 1, files: found /etc/passwd",
        "1 | \"prompt\":\\[ | \"prompt\":[99999, | line 1, prompt: found 99999",
        "2 | \"position\":0 | \"position\":0.5 | line 2, position: found 0.5",
        "2 | \"logits\":\"... | \"logits\":\"*** | line 2, logits",
        "2 | \"logits\":\"........ | \"logits\":\" | line 2, logits: found",
        "2 | \"seconds\":[^,]+ | \"seconds\":\"x\" | line 2, seconds",
        "2 | ^\\{ | [ | line 2, line",
        "3 | \"position\":\\d+ | \"position\":1 | line 10, crc32c",
        "10 | \"end\" | \"ned\" | line 10"})
    void aLogThatBreaksARuleIsRefusedInALine(int line, String pattern, String by, String words)
            throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertEquals(10, lines.size());
        String changed = lines.get(line - 1).replaceFirst(pattern, by);
        assertTrue(!changed.equals(lines.get(line - 1)), "the pattern is not there");
        lines.set(line - 1, changed);
        Path bad = Files.write(folder.resolve("bad.runlog"), lines);
        Cli run = Cli.run("run", "--replay", bad);
        assertEquals(1, run.exitCode());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("bad.runlog: " + words)
                && run.err().contains("record the run again"), run.err());
    }

    @Test
    void aRunThatWasCutOffIsNamedAsOne() throws IOException {
        List<String> lines = Files.readAllLines(log);
        Path cut = Files.write(folder.resolve("cut.runlog"), lines.subList(0, 4));
        assertTrue(Cli.run("run", "--replay", cut).err()
                .contains("end: found none after 3 steps, but the last line is the end"));
        Files.writeString(cut, String.join("\n", lines.subList(0, 3)));
        assertTrue(Cli.run("run", "--replay", cut).err().contains("one that is cut off"));
    }

    /** With a right sum, tokens that sampling does not give are found by the replay itself. */
    @Test
    void aLogOfAnotherRunIsFoundOut() throws IOException {
        List<String> lines = Files.readAllLines(log);
        lines.set(0, lines.get(0).replace("\"seed\":7", "\"seed\":8"));
        Path other = summed("other.runlog", lines);
        Cli run = Cli.run("run", "--replay", other, "-q");
        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains("replay: step"), run.err());
    }

    /** A log of lines of another one, with a sum that is right. */
    private static Path summed(String name, List<String> lines) throws IOException {
        var sum = new CRC32C();
        lines.subList(0, 9).forEach(l -> sum.update((l + "\n").getBytes(StandardCharsets.UTF_8)));
        lines.set(9, lines.get(9).replaceFirst("\"crc32c\":\"[0-9a-f]+\"", "\"crc32c\":\""
                + String.format("%08x", sum.getValue()) + "\""));
        return Files.write(folder.resolve(name), lines);
    }

    /** The log of a simulated board against the prediction for it: exactly as predicted. */
    @Test
    void aLogIsComparedWithThePrediction() throws IOException {
        Path artifact = folder.resolve("tales.h5");
        assertEquals(0, Cli.run("compile", "tales", "-o", artifact, "--weights", "w4", "--context",
                64).exitCode());
        JsonNode json = Cli.run("deploy", artifact, "--board", "u280", "--measured", log, "--json")
                .json();
        assertEquals("device", json.get("clock").asText());
        assertEquals(0, json.get("deviatesMost").size());
        json.get("ops").forEach(op -> assertEquals(0, op.get("deviation").asDouble(),
                op.toString()));
        List<String> lines = Files.readAllLines(log);
        for (int i = 2; i < 9; i++) {
            lines.set(i, lines.get(i).replaceFirst("\"rope\":[0-9.E-]+", "\"rope\":0.25"));
        }
        Path slow = summed("slow.runlog", lines);
        Cli named = Cli.run("deploy", artifact, "--board", "u280", "--measured", slow);
        assertTrue(named.out().contains("deviates most: decode rope (+"), named.out());
    }

    @Test
    void damageEndsInALine() throws IOException {
        byte[] good = Files.readAllBytes(log);
        var random = new SplittableRandom(5);
        Path bad = folder.resolve("random.runlog");
        for (int i = 0; i < 60; i++) {
            byte[] bytes = good.clone();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(bad, bytes);
            assertThrows(FormatException.class, () -> RunLogReader.read(bad), "change " + i);
        }
    }
}
