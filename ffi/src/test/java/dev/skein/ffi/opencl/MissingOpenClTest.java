package dev.skein.ffi.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.ffi.Answer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines without OpenCL, each in a JVM of its own, because a library that was loaded once stays:
 * one line, no exception and no crash.
 */
class MissingOpenClTest {

    @TempDir
    Path folder;

    /** The child: prints the answer. */
    static final class Ask {
        private Ask() {}

        public static void main(String[] args) {
            System.out.println(switch (OpenCl.open()) {
                case Answer.Found<OpenCl>(OpenCl openCl) ->
                        openCl.binding() + " " + openCl.devices().size();
                case Answer.Missing<OpenCl>(String reason) -> "missing: " + reason;
            });
        }
    }

    private static String ask(String classPath, Map<String, String> environment, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1",
                "-cp", classPath));
        command.addAll(List.of(options));
        command.add(Ask.class.getName());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        assertEquals(1, said.lines().count(), said);
        return said.strip();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    @Test
    void noLibrary() throws IOException, InterruptedException {
        Path none = folder.resolve("libOpenCL.so.1");
        String said = ask(classPath(), Map.of(), "-Dskein.opencl.library=" + none);
        assertTrue(said.startsWith("missing: no OpenCL here: library " + none
                + ": no such file; install"), said);
        assertEquals(said, ask(classPath(), Map.of(), "-Dskein.opencl.library=" + none,
                "-Dskein.opencl=jocl"));
    }

    @Test
    void aLibraryOfSomethingElse() throws IOException, InterruptedException {
        Path other = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        assumeTrue(Files.exists(other), other + " does not exist");
        String said = ask(classPath(), Map.of(), "-Dskein.opencl.library=" + other);
        assertTrue(said.contains("library " + other + ": no function clEnqueueFillBuffer"), said);
    }

    @Test
    void noPlatform() throws IOException, InterruptedException {
        TestOpenCl.open(Binding.FFM);
        for (String binding : List.of("ffm", "jocl")) {
            // the loader of Debian reads drivers from the folder that this names
            String said = ask(classPath(), Map.of("OCL_ICD_VENDORS", folder.toString()),
                    "-Dskein.opencl=" + binding);
            assertTrue(said.startsWith("missing: OpenCL is installed, but no driver for it"),
                    said);
        }
    }

    @Test
    void joclWithoutItsJar() throws IOException, InterruptedException {
        TestOpenCl.open(Binding.FFM);
        String without = Stream.of(classPath().split(File.pathSeparator))
                .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("jocl"))
                .collect(Collectors.joining(File.pathSeparator));
        assumeTrue(!without.equals(classPath()), "JOCL is in no jar of its own");
        String said = ask(without, Map.of(), "-Dskein.opencl=jocl");
        assertTrue(said.startsWith("missing: JOCL cannot be used ("), said);
        assertTrue(said.contains("org.jocl:jocl"), said);
        assertTrue(ask(without, Map.of()).startsWith("FFM "));
    }

    @Test
    void thePropertySelectsTheBinding() throws IOException, InterruptedException {
        TestOpenCl.open(Binding.JOCL);
        assertTrue(ask(classPath(), Map.of(), "-Dskein.opencl=jocl").startsWith("JOCL "));
        System.setProperty(Binding.PROPERTY, "cuda");
        try {
            assertEquals("system property skein.opencl is 'cuda'; allowed are ffm and jocl",
                    assertThrows(IllegalArgumentException.class, Binding::selected)
                            .getMessage());
        } finally {
            System.clearProperty(Binding.PROPERTY);
        }
        assertEquals(Binding.FFM, Binding.selected());
    }
}
