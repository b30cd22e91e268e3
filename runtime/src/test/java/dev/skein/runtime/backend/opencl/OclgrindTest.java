package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.NdRange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
            if (args.length > 0) {
                outside(device);
                return;
            }
            long seed = SEED;
            for (String scheme : SCHEMES) {
                while (!tiny(RandomModels.config(seed))) {
                    seed++;
                }
                RandomModelsTest.compare(device, seed++, scheme, true, POSITIONS);
            }
            System.out.println(SCHEMES.size() + " models on " + device.info().name());
        }

        /** Oclgrind does about a million products a second. */
        private static boolean tiny(ModelConfig config) {
            return config.layers() == 1 && config.hiddenSize() * config.vocabSize() < 4000;
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
        assertEquals("", result.log);
    }

    /** That it would find something. */
    @Test
    void findsAnAccessOutsideABuffer() throws IOException, InterruptedException {
        Result result = run("outside");
        assertTrue(result.said.contains("outside"), result.said);
        assertTrue(result.log.contains("Invalid write of size 4"), result.log);
    }
}
