package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.gpu.Precision;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.NdRange;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.DeviceException;
import dev.skein.runtime.verify.Tolerance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tiny models on Oclgrind, a simulated device that watches every access: nothing outside a buffer,
 * no data race. It says that it is a GPU, so that work groups are those of GPUs. Without the tool
 * the test is skipped, in CI it fails.
 */
class OclgrindTest {
    private static final long SEED = 20261129;
    private static final int POSITIONS = 6;
    private static final List<String> SCHEMES =
            List.of("w8/w3", "w4g32/w5g0", "mixed3.5@8:16/w2");

    /** Where Debian has it. */
    private static final Path LIBRARY = Path.of("/usr/lib/oclgrind/liboclgrind-rt-icd.so");

    @TempDir
    private Path folder;

    /** The child. */
    static final class Child {
        private Child() {
        }

        public static void main(String[] args) {
            Device device = OnDevice.openCl().devices().getFirst();
            switch (args.length == 0 ? "" : args[0]) {
                case "outside" -> outside(device);
                case "exact" -> open(Precision.EXACT);
                case "fast" -> open(Precision.FAST);
                default -> models(device);
            }
        }

        private static void models(Device device) {
            Supplier<GpuDevice> exact =
                    () -> OpenClBackend.device(device, "device", KernelSources.all());
            long seed = SEED;
            for (String scheme : SCHEMES) {
                while (!tiny(RandomModels.config(seed))) {
                    seed++;
                }
                var distance = FastModelsTest.distance(device, seed, scheme, POSITIONS,
                        Precision.FAST, KernelSources.of(Precision.FAST));
                assertTrue(Tolerance.FAST.allows(distance), "seed " + seed + ": " + distance);
                RandomModelsTest.compare(exact, seed++, scheme, true, POSITIONS);
            }
            System.out.println(SCHEMES.size() + " models on " + device.info().name());
            while (!tiny(RandomModels.config(seed))) {
                seed++;
            }
            RandomBatchesTest.compare(exact, seed, "w4", new RandomBatchesTest.Load(
                    new Capacity(72, 3, 4, 16), 4, 70, 3));
            System.out.println("a batch too");
        }

        /** Oclgrind does about a million products a second. */
        private static boolean tiny(ModelConfig config) {
            return config.layers() == 1 && config.hiddenSize() * config.vocabSize() < 4000;
        }

        /** As a user would ask for it. */
        private static void open(Precision precision) {
            ModelConfig config = RandomModels.config(SEED);
            var plan = KernelPlanner.plan(new QuantiseWeights(QuantScheme.parse("w8")).run(
                    GraphBuilder.build(config), PassContext.shapesOnly()),
                    Capacity.single(POSITIONS), precision);
            try (var device = OpenClBackend.open(0, new GpuLoad(plan,
                    new SeededWeights(config, SEED), "it", _ -> { }))) {
                System.out.println("opened " + device.description());
            } catch (DeviceException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }

        /** One element too far. */
        private static void outside(Device device) {
            try (var context = device.createContext()) {
                var queue = context.createQueue();
                var kernel = context.build("outside.cl",
                        "kernel void outside(global int *x) { x[get_global_id(0)] = 1; }")
                        .createKernel("outside").set(0, context.createBuffer(12));
                queue.launch(kernel, NdRange.of(4));
                queue.finish();
            }
            System.out.println("outside");
        }
    }

    private record Result(String said, String log) {}

    /** Through the loader, since calls by address do not see what the tool's launcher preloads. */
    private Result run(String... arguments) throws IOException, InterruptedException {
        boolean present = Files.exists(LIBRARY);
        if ("true".equals(System.getenv("CI"))) {
            assertTrue(present, "CI needs oclgrind");
        }
        assumeTrue(present, "oclgrind is not installed");
        OnDevice.openCl();
        Path log = folder.resolve("log");
        Files.writeString(Files.createDirectory(folder.resolve("drivers"))
                .resolve("oclgrind.icd"), LIBRARY.toString());
        List<String> command = Stream.concat(Stream.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--add-modules", "jdk.incubator.vector",
                "-cp", System.getProperty("java.class.path"), Child.class.getName()),
                Stream.of(arguments)).toList();
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("OCL_ICD_VENDORS", folder.resolve("drivers") + "/",
                "OCLGRIND_LOG", log.toString(), "OCLGRIND_DATA_RACES", "1"));
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return new Result(said, Files.exists(log) ? Files.readString(log) : "");
    }

    @Test
    void findsNothing() throws IOException, InterruptedException {
        Result result = run();
        assertTrue(result.said.contains(SCHEMES.size() + " models on Oclgrind Simulator"),
                result.said);
        assertTrue(result.said.contains("a batch too"), result.said);
        assertEquals("", result.log);
    }

    /** Its division and square root are not said to be correctly rounded. */
    @Test
    void isRefusedForExactResults() throws IOException, InterruptedException {
        String said = run("exact").said;
        assertTrue(said.contains("refused: opencl:0 (Oclgrind Simulator) does not round binary32"
                + " division and square root correctly"), said);
    }

    @Test
    void isTakenForFastResults() throws IOException, InterruptedException {
        String said = run("fast").said;
        assertTrue(said.contains("opened ") && said.contains(", fast"), said);
    }

    /** That it would find something. */
    @Test
    void findsAnAccessOutsideABuffer() throws IOException, InterruptedException {
        Result result = run("outside");
        assertTrue(result.said.contains("outside"), result.said);
        assertTrue(result.log.contains("Invalid write of size 4"), result.log);
    }
}
