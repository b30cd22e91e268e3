package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.ffi.Answer;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code skein run --prompts} and {@code skein bench --batch}. */
class BatchCommandTest {
    private static final List<String> PROMPTS = List.of("Once upon a time", "Lily and her dog",
            "The little fox", "Max was afraid of");

    @TempDir
    private Path folder;

    private static void needADevice() {
        if (OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("prompts"), text);
    }

    private static Cli good(Object... arguments) {
        Cli cli = Cli.run(arguments);
        assertEquals(0, cli.exitCode(), cli.err());
        return cli;
    }

    /** Few pages, small steps, random tokens: each text is that of a run of its own. */
    @Test
    void everyPromptGetsWhatItGetsAlone() throws IOException {
        needADevice();
        Object[] sampling = {"--temp", 0.8, "--seed", 7, "-n", 90};
        Cli run = good(join(sampling, "run", "tales", "--device", "opencl", "--prompts",
                file(String.join("\n", PROMPTS)), "--batch", 3, "--pages", 3, "--chunk", 5,
                "--json"));
        JsonNode json = run.json();
        long generated = 0;
        int preemptions = 0;
        for (int i = 0; i < PROMPTS.size(); i++) {
            JsonNode alone = good(join(sampling, "run", "tales", "--device", "opencl", "-p",
                    PROMPTS.get(i), "--json")).json();
            JsonNode request = json.get("requests").get(i);
            assertEquals(PROMPTS.get(i), request.get("prompt").asText());
            assertEquals(alone.get("text"), request.get("text"));
            // those of a run begin with the prompt
            int prompt = request.get("promptTokens").asInt();
            assertEquals(alone.get("tokens").size(), prompt + request.get("tokens").size());
            for (int j = 0; j < request.get("tokens").size(); j++) {
                assertEquals(alone.get("tokens").get(prompt + j), request.get("tokens").get(j));
            }
            generated += request.get("tokens").size();
            preemptions += request.get("preemptions").asInt();
        }
        assertTrue(preemptions > 0, json.toString());
        assertEquals(preemptions, json.get("preemptions").asInt());
        assertEquals(generated, json.get("generatedTokens").asLong());
        assertEquals(3, json.get("pages").asInt());
        assertTrue(json.get("peakPages").asInt() <= 3, json.toString());
        assertTrue(json.get("tokensPerSecond").asDouble() > 0, json.toString());
        for (String times : List.of("firstTokenMillis", "perTokenMillis")) {
            double median = json.get(times).get("median").asDouble();
            assertTrue(median > 0 && median <= json.get(times).get("p99").asDouble(),
                    json.toString());
        }
    }

    private static Object[] join(Object[] last, Object... first) {
        Object[] all = new Object[first.length + last.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(last, 0, all, first.length, last.length);
        return all;
    }

    /** Answers stand in the order of the file, whichever is done first. */
    @Test
    void answersAreInOrderAndTokensInTheFile() throws IOException {
        needADevice();
        Cli run = good("run", "tales", "--device", "opencl", "-n", 1, "--prompts",
                file("{\"prompt\": \"Once upon\", \"tokens\": 9}\n\nThe cat\n"));
        List<String> lines = run.out().lines().toList();
        assertEquals(2, lines.size(), run.out());
        assertTrue(lines.get(0).startsWith("1: Once upon a time"), run.out());
        assertTrue(lines.get(1).startsWith("2: The cat"), run.out());
        assertTrue(run.err().contains(" tok/s generated: 10 tokens, requests 2, "),
                run.err());
    }

    @Test
    void benchMeasuresABatch() {
        needADevice();
        JsonNode json = good("bench", "--device", "opencl", "--model", "tales", "--batch", 3, "-n",
                5, "--runs", 1, "--json").json();
        assertEquals(15, json.get("generatedTokens").asInt());
        assertEquals(5, json.get("steps").asInt());
        assertEquals(3, json.get("peakPages").asInt());
        assertEquals(0, json.get("preemptions").asInt());
        assertTrue(json.get("tokensPerSecond").asDouble() > 0, json.toString());
    }

    private static void refused(String why, Object... arguments) {
        Cli cli = Cli.run(arguments);
        assertEquals(1, cli.exitCode(), cli.err());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertTrue(cli.err().contains(why), cli.err());
        assertEquals("", cli.out());
    }

    @Test
    void otherDevicesTakeOneSequence() throws IOException {
        Path file = file("Once");
        for (String device : List.of("sim", "reference", "csd", "xrt")) {
            refused("--device " + device, "run", "tales", "--device", device, "--prompts", file);
            refused("takes one sequence at a time", "bench", "--device", device, "--batch", 2);
        }
    }

    @Test
    void optionsThatDoNotGoTogether() throws IOException {
        Path file = file("Once");
        refused("need --prompts", "run", "tales", "--device", "opencl", "--batch", 2);
        refused("leave out -p", "run", "tales", "--device", "opencl", "--prompts", file, "-p", "x");
        refused("leave out -p", "run", "tales", "--device", "opencl", "--prompts", file, "--trace",
                folder.resolve("trace"));
        refused("leave out --suite", "bench", "--device", "opencl", "--batch", 2, "--suite",
                "decode");
    }

    @Test
    void numbersAndFilesThatAreWrong() throws IOException {
        needADevice();
        Path file = file("Once\n{\"prompt\": \"The cat\", \"tokens\": 400}\n");
        String[][] options = {{"--batch", "0", "allowed: 1 to 1024"},
            {"--batch", "4000", "allowed: 1 to 1024"}, {"--pages", "0", "allowed: 1 or more"},
            {"--chunk", "3", "one for each of 8 sequences"},
            {"--pages", "5", "prompt 2: a prompt of "}, {"-n", "0", "prompt 1: 0 tokens"}};
        for (String[] option : options) {
            refused(option[2], "run", "tales", "--device", "opencl", "--prompts", file, option[0],
                    option[1]);
        }
        refused("no such file", "run", "tales", "--device", "opencl", "--prompts",
                folder.resolve("none"));
        refused("line 1, tokens: found -1", "run", "tales", "--device", "opencl", "--prompts",
                file("{\"prompt\": \"a\", \"tokens\": -1}"));
    }
}
