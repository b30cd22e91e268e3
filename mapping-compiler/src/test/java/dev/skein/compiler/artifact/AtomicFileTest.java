package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AtomicFileTest {
    private static final String OLD = "old";
    private static final String NEW = "new content";

    @Test
    void writesAndReplaces(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("a.h5");
        List<AtomicFile.Step> steps = new ArrayList<>();
        AtomicFile.write(target, temporary -> Files.writeString(temporary, OLD));
        AtomicFile.write(target, temporary -> Files.writeString(temporary, NEW),
                (step, temporary) -> steps.add(step));
        assertEquals(NEW, Files.readString(target));
        assertEquals(List.of(AtomicFile.Step.values()), steps);
        assertEquals(List.of("a.h5"), names(folder));
    }

    @Test
    void refusesAFolderThatIsNotThere(@TempDir Path folder) {
        Path target = folder.resolve("no/a.h5");
        IOException e = assertThrows(IOException.class, () -> AtomicFile.write(target,
                temporary -> Files.writeString(temporary, NEW)));
        assertEquals(target + ": there is no folder " + folder.resolve("no") + "; create it first",
                e.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void failingAtAStepLeavesOldOrNew(AtomicFile.Step stop, @TempDir Path folder)
            throws IOException {
        Path target = Files.writeString(folder.resolve("a.h5"), OLD);
        IOException e = assertThrows(IOException.class, () -> AtomicFile.write(target,
                temporary -> Files.writeString(temporary, NEW), (step, temporary) -> {
                    if (step == stop) {
                        throw new IOException("stopped");
                    }
                }));
        assertEquals("stopped", e.getMessage());
        assertEquals(stop.compareTo(AtomicFile.Step.RENAMED) < 0 ? OLD : NEW,
                Files.readString(target));
        assertEquals(List.of("a.h5"), names(folder));
    }

    @Test
    void failingContentLeavesNothing(@TempDir Path folder) throws IOException {
        Path target = folder.resolve("a.h5");
        assertThrows(IllegalStateException.class, () -> AtomicFile.write(target, temporary -> {
            Files.writeString(temporary, "half");
            throw new IllegalStateException("no more");
        }));
        assertEquals(List.of(), names(folder));
    }

    /** A halted JVM runs no cleanup: the target must still be whole. */
    @ParameterizedTest
    @EnumSource
    void killedAtAStepLeavesOldOrNew(AtomicFile.Step stop, @TempDir Path folder)
            throws IOException, InterruptedException {
        Path target = Files.writeString(folder.resolve("a.h5"), OLD);
        Process child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp",
                Stream.of(AtomicFile.class, AtomicFileTest.class).map(AtomicFileTest::location)
                        .reduce((a, b) -> a + File.pathSeparator + b).orElseThrow(),
                Killed.class.getName(), target.toString(), stop.name())
                .inheritIO().start();
        assertEquals(Killed.EXIT, child.waitFor());
        assertEquals(stop.compareTo(AtomicFile.Step.RENAMED) < 0 ? OLD : NEW,
                Files.readString(target));
        assertTrue(names(folder).stream()
                .allMatch(name -> name.equals("a.h5") || name.matches("\\.a\\.h5\\..*\\.tmp")));
    }

    /** Replaces its first argument and halts at the step that its second names. */
    static final class Killed {
        static final int EXIT = 99;

        private Killed() {
        }

        public static void main(String[] args) throws IOException {
            AtomicFile.Step stop = AtomicFile.Step.valueOf(args[1]);
            AtomicFile.write(Path.of(args[0]), temporary -> Files.writeString(temporary, NEW),
                    (step, temporary) -> {
                        if (step == stop) {
                            Runtime.getRuntime().halt(EXIT);
                        }
                    });
        }
    }

    @Test
    void folderIsNoTarget(@TempDir Path folder) {
        IOException e = assertThrows(IOException.class,
                () -> AtomicFile.write(folder, temporary -> { }));
        assertTrue(e.getMessage().endsWith("is a folder; name a file to write"));
    }

    private static String location(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource()
                .getLocation().toString())).toString();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
