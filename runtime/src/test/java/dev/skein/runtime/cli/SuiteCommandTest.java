package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.ffi.Answer;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.backend.cuda.StandIn;
import dev.skein.runtime.backend.opencl.OpenClDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench --suite} on a device of this machine, and what is calibrated with its result. */
class SuiteCommandTest {
    private static final int FORMATS = 3;
    private static final int SHAPES = 4;

    @TempDir
    private Path folder;

    private static void needsADevice() {
        if (OpenClDevices.list(false) instanceof Answer.Missing<?>(String reason)) {
            abort(reason);
        }
    }

    @Test
    void fromTheDeviceToAGpuFile() throws IOException {
        needsADevice();
        Cli run = Cli.run("bench", "--device", "opencl", "--suite", "decode", "--scale", "small",
                "--runs", 1, "--json");
        assertEquals(0, run.exitCode(), run.err());
        JsonNode json = run.json();
        checkRows(json);
        checkKernels(json);
        Path suite = Files.writeString(folder.resolve("suite.json"), json.toString());
        Path gpu = folder.resolve("fitted.properties");
        Cli fit = Cli.run("validate", "gpu", "--measured", suite, "--gpu", "a6000", "-o", gpu,
                "--json");
        assertEquals(0, fit.exitCode(), fit.err());
        assertEquals(json.get("kernels").size(), fit.json().get("kernels").size());
        assertEquals(6, fit.json().get("stepsAsLaunched").size());
        assertEquals(6, fit.json().get("stepsAsFused").size());
        assertTrue(Gpus.load("a6000").reach().memory8()
                > Gpus.load(gpu.toString()).reach().memory8());
        Cli simulated = Cli.run("simulate", "--model", "opt-125m", "--target", gpu, "--json");
        assertEquals(0, simulated.exitCode(), simulated.err());
        // without a file for such a device its own peaks serve, but there is nothing to write to
        Cli own = Cli.run("validate", "gpu", "--measured", suite, "--json");
        assertEquals("measured", own.json().get("gpu").asText());
        Cli nothing = Cli.run("validate", "gpu", "--measured", suite, "-o", gpu);
        assertEquals(1, nothing.exitCode());
        assertTrue(nothing.err().contains("-o needs one to begin with"), nothing.err());
    }

    /** All parts by their numbers of rows and launches: the stand-in for CUDA has no times. */
    @Test
    void onTheStandInForCuda() throws Exception {
        StandIn.use();
        Cli run = Cli.run("bench", "--device", "cuda", "--suite", "decode", "--scale", "small",
                "--runs", 1, "--json");
        assertEquals(0, run.exitCode(), run.err());
        checkRows(run.json());
        checkKernels(run.json());
    }

    private static void checkRows(JsonNode json) {
        Map<String, Integer> parts = new HashMap<>();
        for (JsonNode row : json.get("rows")) {
            parts.merge(row.get("part").asText(), 1, Integer::sum);
            assertFalse(row.has("problem"), row.toString());
            assertTrue(row.get("least").asDouble() > 0, row.toString());
            assertTrue(row.get("least").asDouble() <= row.get("median").asDouble()
                    && row.get("median").asDouble() <= row.get("most").asDouble(),
                    row.toString());
            // bits are a target at every scale, speeds at the full one alone
            assertEquals(row.get("name").asText().contains(" bits"), row.has("target"),
                    row.toString());
            if (row.has("target")) {
                assertEquals("met", row.get("verdict").asText(), row.toString());
            }
        }
        // a shape has its time, its bytes in a second, their share; four are sparse over dense
        assertEquals(Map.of("speed", 4, "gemv", FORMATS * (SHAPES * 3 + 1) + SHAPES, "decode", 6,
                "prefill", 6, "batch", 2, "exact", 3), parts);
    }

    private static void checkKernels(JsonNode json) {
        int alone = 0;
        for (JsonNode kernel : json.get("kernels")) {
            assertTrue(kernel.get("micros").asDouble() > 0, kernel.toString());
            if (kernel.get("step").asText().isEmpty()) {
                assertEquals(alone % 2 == 0, kernel.get("fit").asBoolean(), kernel.toString());
                alone++;
            }
        }
        assertEquals(FORMATS * SHAPES, alone);
        for (JsonNode step : json.get("steps")) {
            int launches = 0;
            double micros = 0;
            for (JsonNode kernel : json.get("kernels")) {
                if (kernel.get("step").equals(step.get("name"))) {
                    launches += kernel.get("launches").asInt();
                    micros += kernel.get("launches").asInt() * kernel.get("micros").asDouble();
                }
            }
            assertEquals(step.get("launches").asInt(), launches, step.toString());
            assertEquals(step.get("deviceMicros").asDouble(), micros, 1e-6 * micros);
        }
    }

    @Test
    void partsAndPredictions() {
        needsADevice();
        JsonNode json = Cli.run("bench", "--device", "opencl", "--suite", "decode", "--scale",
                "small", "--parts", "prefill", "--runs", 1, "--gpu", "a100", "--json").json();
        assertEquals("a100", json.get("gpu").asText());
        assertFalse(json.has("speed"));
        for (JsonNode row : json.get("rows")) {
            assertEquals("prefill", row.get("part").asText());
        }
        for (JsonNode kernel : json.get("kernels")) {
            assertTrue(kernel.get("predictedMicros").asDouble() > 0, kernel.toString());
        }
        // what cannot be measured says so in its row, and the rest goes on
        Cli half = Cli.run("bench", "--device", "opencl", "--suite", "decode", "--scale",
                "small", "--parts", "decode,batch", "--weights", "f16", "--runs", 1);
        assertEquals(0, half.exitCode(), half.err());
        assertTrue(half.out().contains("not measured: weights f16: the suite takes w8"),
                half.out());
    }

    @Test
    void refusals() throws IOException {
        Cli simulator = Cli.run("bench", "--suite", "decode");
        assertEquals(1, simulator.exitCode());
        assertTrue(simulator.err().contains("the suite measures --device opencl"),
                simulator.err());
        assertEquals(2, Cli.run("bench", "--suite", "encode").exitCode());
        Cli alone = Cli.run("validate", "flightllm", "--gpu", "a100");
        assertEquals(1, alone.exitCode());
        assertTrue(alone.err().contains("go with --measured"), alone.err());
        Path other = Files.writeString(folder.resolve("x.json"), "{}");
        Cli wrong = Cli.run("validate", "gpu", "--measured", other);
        assertEquals(1, wrong.exitCode());
        assertTrue(wrong.err().startsWith("skein: " + other + ": no result of a decode suite"),
                wrong.err());
        assertEquals(1, wrong.err().lines().count());
    }
}
