package dev.skein.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK that docs/benchmarks.md makes for machines without one has all modules it needs. */
class RuntimeImageTest {
    /** With the jars, 14 MiB, it is to stay below 64 MiB. */
    private static final long MOST_BYTES = 50L << 20;

    @TempDir
    private Path folder;

    @Test
    void theDocumentedImageRunsSkein() throws IOException, InterruptedException {
        Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
        assumeTrue(Files.isExecutable(jlink) || "true".equals(System.getenv("CI")),
                "jlink is not beside this java: " + jlink);
        run(List.of("bash", "-ec", documented()));
        try (Stream<Path> files = Files.walk(folder.resolve("image"))) {
            long bytes = files.mapToLong(f -> f.toFile().isFile() ? f.toFile().length() : 0).sum();
            assertTrue(bytes < MOST_BYTES, bytes + " bytes");
        }
        assertTrue(skein("version").contains("Java 25"));
        assertTrue(skein("bench", "--help").contains("--suite=SUITE"));
        assertTrue(skein("devices").contains("h100"));
        String decoded = skein("simulate", "--model", "llama2-7b", "--target", "h100");
        assertTrue(decoded.contains("tok/s"), decoded);
    }

    /** The command, which ends with the line that does not go on. */
    private static String documented() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/benchmarks.md"))) {
            root = root.getParent();
        }
        List<String> lines = Files.readAllLines(root.resolve("docs/benchmarks.md"));
        List<String> command = new ArrayList<>();
        for (String line : lines) {
            if (line.contains("bin/jlink") || !command.isEmpty()) {
                command.add(line);
                if (!line.endsWith("\\")) {
                    break;
                }
            }
        }
        return String.join("\n", command);
    }

    private String skein(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("image/bin/java", "--add-exports",
                "java.base/jdk.internal.module=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED",
                "-cp", System.getProperty("java.class.path"), Launch.class.getName()));
        command.addAll(List.of(arguments));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        var builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        int code = builder.start().waitFor();
        String text = Files.readString(out);
        assertEquals(0, code, command + ": " + text);
        return text;
    }
}
