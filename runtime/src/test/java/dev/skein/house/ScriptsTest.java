package dev.skein.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts a user starts can be started, and shellcheck has nothing to say about any. */
class ScriptsTest {

    static Stream<Path> scripts() {
        return Repository.files(file -> file.toString().endsWith(".sh")
                || file.getFileName().toString().equals("build")
                || List.of("skein", "test", ".ci/run").contains(file.toString())).stream();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void areExecutable(Path script) {
        assertTrue(Files.isExecutable(Repository.root().resolve(script)), script.toString());
    }

    @Test
    void passShellcheck() throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "shellcheck")));
        assumeTrue(installed, "shellcheck is not installed");
        List<String> command = new ArrayList<>(List.of("shellcheck", "--format=gcc"));
        scripts().map(Path::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .directory(Repository.root().toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
