package dev.skein.runtime.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.sim.rtl.HlsLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The committed build of the HLS kernels; without g++ the test is skipped, in CI it fails. */
final class Kernels {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String SCRIPT = "hls/src/main/cpp/build";

    private Kernels() {
    }

    static HlsLibrary library() throws IOException, InterruptedException {
        build("library");
        return HlsLibrary.load().orElseThrow(IOException::new);
    }

    /** Under the sanitizers. */
    static Path replayer() throws IOException, InterruptedException {
        build("replay");
        return ROOT.resolve("hls/target/native/skein_hls_replay");
    }

    private static void build(String what) throws IOException, InterruptedException {
        boolean present = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(p -> Files.isExecutable(Path.of(p, "g++")));
        if ("true".equals(System.getenv("CI"))) {
            assertTrue(present, "CI needs g++");
        }
        assumeTrue(present, "g++ is not installed");
        run(List.of(ROOT.resolve(SCRIPT).toString(), what));
    }

    /** Runs a command that has to end well; what it said. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
