package dev.skein.sim.rtl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.board.Boards;
import dev.skein.hls.board.KernelConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Builds of the HLS kernels for tests; without g++ the test is skipped, in CI it fails. */
final class Kernels {
    private static final String SCRIPT = "hls/src/main/cpp/build";

    private Kernels() {
    }

    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve(SCRIPT))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no " + SCRIPT + " above the working directory");
            }
        }
        return folder;
    }

    static void needCompiler() {
        boolean present = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(p -> Files.isExecutable(Path.of(p, "g++")));
        if ("true".equals(System.getenv("CI"))) {
            assertTrue(present, "CI needs g++");
        }
        assumeTrue(present, "g++ is not installed");
    }

    /** The kernels of the committed configuration. */
    static HlsLibrary committed() throws IOException, InterruptedException {
        needCompiler();
        run(List.of(root().resolve(SCRIPT).toString()));
        return HlsLibrary.load().orElseThrow(IOException::new);
    }

    /** The kernels of another board. */
    static HlsLibrary of(String board) throws IOException, InterruptedException {
        return HlsLibrary.open(build("library", board, "libskein_hls.so"))
                .orElseThrow(IOException::new);
    }

    /** The replayer of another board, under the sanitizers. */
    static Path replayerOf(String board) throws IOException, InterruptedException {
        return build("replay", board, "skein_hls_replay");
    }

    private static Path build(String what, String board, String name)
            throws IOException, InterruptedException {
        needCompiler();
        Path folder = Files.createDirectories(root().resolve("hls/target/native/" + board));
        String text = KernelConfig.text(Boards.load(board));
        Path config = folder.resolve("config.h");
        if (!Files.exists(config) || !Files.readString(config).equals(text)) {
            Files.writeString(config, text);
        }
        Path out = folder.resolve(name);
        run(List.of(root().resolve(SCRIPT).toString(), what, out.toString(), config.toString()));
        return out;
    }

    /** Runs a command that has to end well; what it said. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
