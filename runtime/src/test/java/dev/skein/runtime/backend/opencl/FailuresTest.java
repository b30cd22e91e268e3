package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.ffi.opencl.ObjectKind;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.DeviceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong is one line, and leaves nothing behind on the device. */
class FailuresTest {
    private static final ModelConfig CONFIG = RandomModels.config(3);
    private static final KernelPlan PLAN = KernelPlanner.plan(
            new QuantiseWeights(QuantScheme.parse("w4")).run(GraphBuilder.build(CONFIG),
                    PassContext.shapesOnly()), CONFIG.maxPositions());
    private static final Weights WEIGHTS = new SeededWeights(CONFIG, 3);

    @TempDir
    private Path folder;

    private static String failure(KernelPlan plan, String source, Weights weights, int index) {
        OpenCl openCl = OnDevice.openCl();
        var load = new GpuLoad(plan, weights, "it", _ -> { });
        String message = assertThrows(DeviceException.class,
                () -> OpenClBackend.open(openCl, index, source, load)).getMessage();
        assertEquals(Map.of(), openCl.ledger().live(), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void aKernelThatDoesNotCompile() {
        String said = failure(PLAN, "kernel void embed(global float *y) { y[0] = nonsense; }",
                WEIGHTS, 0);
        assertTrue(said.startsWith("opencl:0 (") && said.contains("clBuildProgram(source=skein.cl")
                && said.contains("nonsense"), said);
    }

    @Test
    void aKernelThatIsNotThere() {
        String said = failure(PLAN, "kernel void other(global float *y) { y[0] = 1; }", WEIGHTS,
                0);
        assertTrue(said.contains("clCreateKernel(") && said.contains("embed"), said);
    }

    @Test
    void tooLittleMemory() {
        var buffers = new ArrayList<>(PLAN.buffers());
        buffers.add(new PlanBuffer("much", 1L << 50, new PlanBuffer.Scratch()));
        var larger = new KernelPlan(PLAN.model(), PLAN.limits(), buffers, PLAN.inputs(),
                PLAN.logits(), PLAN.decode(), PLAN.prefill(), PLAN.sampling(), PLAN.precision());
        String said = failure(larger, KernelSources.all(), WEIGHTS, 0);
        assertTrue(said.contains("has too little memory for " + PLAN.model() + ", which needs")
                && said.contains("choose a smaller --context"), said);
    }

    @Test
    void noSuchDevice() {
        String said = failure(PLAN, KernelSources.all(), WEIGHTS, 4711);
        assertTrue(said.startsWith("device opencl:4711: this machine has opencl:0"), said);
    }

    /** Whatever is thrown on the way, here by a source of weights, releases the device. */
    @Test
    void weightsThatCannotBeRead() {
        OpenCl openCl = OnDevice.openCl();
        var load = new GpuLoad(PLAN, _ -> {
            throw new IllegalArgumentException("no weights");
        }, "it", _ -> { });
        assertEquals("no weights", assertThrows(IllegalArgumentException.class,
                () -> OpenClBackend.open(openCl, 0, KernelSources.all(), load)).getMessage());
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @Test
    void closingReleasesEverythingOnce() {
        OpenCl openCl = OnDevice.openCl();
        var device = OpenClBackend.open(openCl, 0, KernelSources.all(),
                new GpuLoad(PLAN, WEIGHTS, "it", _ -> { }));
        assertEquals(PLAN.buffers().size(), openCl.ledger().liveCount(ObjectKind.BUFFER));
        assertEquals(PLAN.bytes(), device.deviceBytes());
        device.step(1, 2);
        device.step(0);
        assertEquals(PLAN.buffers().size(), openCl.ledger().liveCount(ObjectKind.BUFFER));
        device.close();
        assertEquals(Map.of(), openCl.ledger().live());
        device.close();
        assertEquals(Map.of(), openCl.ledger().live());
    }

    @Test
    void noLibrary() throws IOException, InterruptedException {
        String said = run(Map.of(), "-Dskein.opencl.library=" + folder.resolve("none.so"));
        assertTrue(said.startsWith("skein: no OpenCL here: library ") && said.contains("install"),
                said);
    }

    @Test
    void noDriver() throws IOException, InterruptedException {
        OnDevice.openCl();
        // the loader of Debian reads drivers from the folder that this names
        String said = run(Map.of("OCL_ICD_VENDORS", folder.toString()));
        assertTrue(said.startsWith("skein: OpenCL is installed, but no driver for it; install"),
                said);
    }

    /** The command line in a JVM of its own, since a library that was loaded once stays. */
    private static String run(Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.addAll(List.of("dev.skein.runtime.cli.Main", "run", "tales", "--device",
                "opencl", "-n", "1"));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String error = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor(), error);
        List<String> lines = error.lines()
                .filter(line -> !line.contains("incubator modules")).toList();
        assertEquals(1, lines.size(), error);
        return lines.getFirst();
    }
}
