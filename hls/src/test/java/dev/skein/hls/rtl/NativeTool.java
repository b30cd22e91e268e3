package dev.skein.hls.rtl;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs a tool on the RTL; tests that need one that is not installed are skipped by name. */
public final class NativeTool {
    private NativeTool() {
    }

    /**
     * What a tool said, and how it ended.
     *
     * @param exitCode 0 if all is well
     * @param output standard output and error
     */
    public record Said(int exitCode, String output) {}

    /** The folder of the RTL. */
    public static Path rtl() {
        return Path.of("src/main/rtl").toAbsolutePath();
    }

    /** Runs a command in the folder of the RTL, or skips the test. */
    public static Said run(List<String> command) throws IOException, InterruptedException {
        String tool = command.getFirst();
        assumeTrue(Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(f -> Files.isExecutable(Path.of(f, tool))), tool + " is not installed");
        Process process = new ProcessBuilder(command).directory(rtl().toFile())
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        return new Said(process.waitFor(), output);
    }
}
