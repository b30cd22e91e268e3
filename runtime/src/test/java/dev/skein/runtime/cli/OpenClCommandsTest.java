package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.ffi.Answer;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --device opencl} in the commands that take it. */
class OpenClCommandsTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void needsADevice() {
        if (OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
    }

    private static Cli good(Object... arguments) {
        Cli cli = Cli.run(arguments);
        assertEquals(0, cli.exitCode(), cli.err());
        return cli;
    }

    @Test
    void runWritesWhatTheSimulatorWrites() {
        String[] texts = new String[2];
        String[] devices = {"sim", "opencl:0"};
        for (int i = 0; i < 2; i++) {
            texts[i] = good("run", "tales", "--device", devices[i], "--weights", "w4", "-p",
                    "Once upon a time", "-n", 24).out();
        }
        assertTrue(texts[0].startsWith("Once upon a time"), texts[0]);
        assertEquals(texts[0], texts[1]);
    }

    @Test
    void perplexityIsTheSimulators() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "Once upon a time, there was a girl"
                + " who liked to play in the garden.\n<|endoftext|>\nThe cat sat in the sun.\n");
        double[] found = new double[2];
        String[] devices = {"sim", "opencl"};
        for (int i = 0; i < 2; i++) {
            found[i] = good("perplexity", "tales-sparse", "--device", devices[i], "--text", text,
                    "--json").json().get("perplexity").asDouble();
        }
        assertTrue(found[0] > 1, found[0] + "");
        assertEquals(found[0], found[1]);
    }

    @Test
    void verifyFindsNoDifference() {
        JsonNode target = good("verify", "tales", "--against", "opencl", "-n", 3, "--json").json()
                .get("targets").get(0);
        assertEquals("opencl", target.get("name").asText());
        assertEquals(0, target.get("mismatches").asInt());
        assertEquals(4, target.get("steps").asInt());
    }

    @Test
    void verifyOfTheFastModeHasATolerance() {
        Cli cli = good("verify", "tales", "--against", "opencl", "--precision", "fast", "-n", 3,
                "--json");
        JsonNode target = cli.json().get("targets").get(0);
        assertEquals(0, target.get("mismatches").asInt());
        assertEquals(4, target.get("steps").asInt());
        double logits = target.get("logits").asDouble();
        assertTrue(logits > 0 && logits < 0x1p-9, target.toString());
        assertTrue(good("verify", "tales", "--against", "opencl", "--precision", "fast", "-n", 1)
                .out().contains("logits differ by"));
    }

    @Test
    void perplexityOfTheFastModeIsThatOfTheReference() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "Once upon a time, there was a girl"
                + " who liked to play in the garden.\n<|endoftext|>\nThe cat sat in the sun.\n");
        double[] found = new double[2];
        String[] devices = {"reference", "opencl"};
        for (int i = 0; i < 2; i++) {
            found[i] = good("perplexity", "tales-sparse", "--device", devices[i], "--precision",
                    "fast", "--text", text, "--json").json().get("perplexity").asDouble();
        }
        assertEquals(found[0], found[1], 1e-4 * found[0]);
    }

    @Test
    void benchMeasuresTheFastMode() {
        JsonNode json = good("bench", "--device", "opencl", "--model", "tales", "-n", 4, "--runs",
                1, "--precision", "fast", "--json").json();
        assertTrue(json.get("device").asText().endsWith(", fast"), json.toString());
        assertTrue(json.get("kernels").findValuesAsText("kernel").contains("fast_attention"),
                json.toString());
    }

    @Test
    void theFastModeIsOfGpuKernels() {
        Cli sim = Cli.run("run", "tales", "--precision", "fast", "-p", "a", "-n", 1);
        assertEquals(1, sim.exitCode());
        assertTrue(sim.err().contains("device sim has exact only"), sim.err());
        Cli unknown = Cli.run("run", "tales", "--precision", "best");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("allowed are exact, fast and fast-int8"), unknown.err());
        Cli suite = Cli.run("bench", "--suite", "decode", "--device", "opencl", "--precision",
                "fast");
        assertEquals(1, suite.exitCode());
        assertTrue(suite.err().contains("--suite measures the exact mode"), suite.err());
        Cli hls = Cli.run("verify", "tales", "--against", "hls", "--precision", "fast");
        assertEquals(1, hls.exitCode());
        assertTrue(hls.err().contains("--precision fast compares"), hls.err());
    }

    @Test
    void benchSaysWhatEachKernelTakes() {
        JsonNode json = good("bench", "--device", "opencl", "--model", "tales", "-n", 4, "--runs",
                1, "--weights", "w8", "--json").json();
        assertTrue(json.get("decodeTokensPerSecond").asDouble() > 0, json.toString());
        assertTrue(json.get("prefillTokensPerSecond").asDouble() > 0, json.toString());
        int attention = 0;
        int matrices = 0;
        for (JsonNode kernel : json.get("kernels")) {
            assertTrue(kernel.get("micros").asDouble() > 0, kernel.toString());
            attention += kernel.get("kernel").asText().equals("attention_scores")
                    ? kernel.get("launches").asInt() : 0;
            if (kernel.has("weightBytes")) {
                assertTrue(kernel.get("kernel").asText().startsWith("dense_w8_token"),
                        kernel.toString());
                matrices += kernel.get("launches").asInt();
            }
        }
        // The layers of tales: seven matrices in four launches each, and the head.
        assertEquals(4, attention);
        assertEquals(4 * attention + 1, matrices);
    }

    /** One track of kernels that do not overlap, and a step for each that was taken. */
    @Test
    void traceHasTheKernelsOfEveryStep() throws IOException {
        Path file = folder.resolve("trace.json");
        Cli run = good("run", "tales", "--device", "opencl", "-p", "Once", "-n", 4, "--trace",
                file, "--json");
        JsonNode trace = new ObjectMapper().readTree(file.toFile());
        assertEquals("measured, by the profiling clock of the device",
                trace.get("otherData").get("provenance").asText());
        assertEquals(run.json().get("device"), trace.get("otherData").get("device"));
        int steps = 0;
        int heads = 0;
        double end = 0;
        double stepsEnd = 0;
        for (JsonNode event : trace.get("traceEvents")) {
            if (!event.get("ph").asText().equals("X")) {
                continue;
            }
            double from = event.get("ts").asDouble();
            double to = from + event.get("dur").asDouble();
            if (event.get("pid").asInt() == 2000) {
                assertEquals(stepsEnd, from, 1e-6);
                assertEquals(end, to, 1e-6);
                stepsEnd = to;
                steps++;
            } else {
                assertEquals(1, event.get("tid").asInt(), event.toString());
                assertTrue(from >= end - 1e-6 && to > from, end + ": " + event);
                end = to;
                heads += event.get("name").asText().equals("largest_of_parts") ? 1 : 0;
            }
        }
        // the prompt, and all tokens but the last
        assertEquals(4, steps);
        assertEquals(4, heads);
    }

    /** They would say nothing. */
    @Test
    void optionsOfBoardsAreRefused() {
        String[][] commands = {
            {"run", "tales", "--device", "opencl", "--target", "u280"},
            {"run", "tales", "--device", "opencl", "--timing", "functional"},
            {"run", "tales", "--device", "opencl", "--lengths", "buckets"},
            {"perplexity", "tales", "--device", "opencl:0", "--text", "x", "--target", "u280"},
            {"verify", "tales", "--device", "opencl", "--against", "rtl", "--target", "u280"},
            {"bench", "--device", "opencl", "--target", "u280"}};
        for (String[] command : commands) {
            if (command[0].equals("perplexity")) {
                command[5] = folder.resolve("text").toString();
                assertDoesNotThrow(() -> Files.writeString(Path.of(command[5]), "Once."));
            }
            Cli refused = Cli.run((Object[]) command);
            assertEquals(2, refused.exitCode(), String.join(" ", command));
            assertEquals(1, refused.err().lines().count(), refused.err());
            assertTrue(refused.err().contains(" is of boards, and --device opencl:0 is none"),
                    refused.err());
        }
        good("verify", "tales", "--against", "opencl", "--target", "u280", "--lengths", "buckets",
                "-n", 1);
    }

    @Test
    void refusals() {
        Cli unknown = Cli.run("run", "tales", "--device", "gpu");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("device 'gpu': allowed are reference, sim, csd, xrt,"),
                unknown.err());
        Cli absent = Cli.run("run", "tales", "--device", "opencl:999");
        assertEquals(1, absent.exitCode());
        assertTrue(absent.err().startsWith("skein: device opencl:999: this machine has opencl:0"),
                absent.err());
        Cli floats = Cli.run("run", "tales", "--device", "opencl", "--weights", "f32");
        assertEquals(1, floats.exitCode());
        assertTrue(floats.err().contains("OpenCL takes w8"), floats.err());
        Cli reference = Cli.run("bench", "--device", "reference");
        assertEquals(1, reference.exitCode());
        assertTrue(reference.err().contains("bench measures --device sim, opencl and cuda"),
                reference.err());
        Cli context = Cli.run("run", "tales", "--device", "opencl", "--context", 100000);
        assertEquals(1, context.exitCode());
        assertEquals(1, context.err().lines().count(), context.err());
    }
}
