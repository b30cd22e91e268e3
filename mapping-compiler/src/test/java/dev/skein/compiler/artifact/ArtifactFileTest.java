package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.skein.compiler.fpga.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArtifactFileTest {
    private static final List<String> SCHEMES = List.of("w8", "w4", "w3g32/w8", "w2");

    @Test
    void whatWasWrittenIsRead(@TempDir Path folder) throws IOException {
        List<Long> seeds = Artifacts.seeds(1, 8);
        for (int i = 0; i < seeds.size(); i++) {
            try (Arena arena = Arena.ofShared()) {
                Path path = folder.resolve("m.h5");
                Executable written =
                        Artifacts.compile(seeds.get(i), SCHEMES.get(i % SCHEMES.size()), arena);
                ArtifactFile.write(path, written);
                assertTrue(ArtifactFile.isArtifact(path));
                assertSame("seed " + seeds.get(i), written, ArtifactFile.read(path, arena));
            }
        }
    }

    static void assertSame(String what, Executable a, Executable b) {
        assertEquals(a.config(), b.config(), what);
        assertEquals(a.header().files().keySet(), b.header().files().keySet(), what);
        a.header().files().forEach((name, bytes) ->
                assertArrayEquals(bytes, b.header().files().get(name), what + " " + name));
        assertEquals(a.board(), b.board(), what);
        assertEquals(a.weights(), b.weights(), what);
        assertEquals(a.stripes(), b.stripes(), what);
        assertEquals(a.provenance(), b.provenance(), what);
        for (Phase phase : Phase.values()) {
            assertEquals(a.program(phase).program(), b.program(phase).program(), what);
        }
        a.program(Phase.DECODE).program().regions().stream().filter(ArtifactPlan::hasImage)
                .forEach(r -> assertEquals(-1, a.images().segments().get(r.name())
                        .mismatch(b.images().segments().get(r.name())), what + " " + r));
    }

    @Test
    void imagesAreSlicesOfTheFileAndParametersOne(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("m.h5");
        try (Arena arena = Arena.ofShared()) {
            ArtifactFile.write(path, Artifacts.compile(Artifacts.seeds(1, 1).getFirst(), "w4",
                    arena));
            var images = ArtifactFile.read(path, arena).images().segments();
            for (MemorySegment image : images.values()) {
                assertTrue(image.isMapped() && image.isReadOnly());
                assertEquals(0, image.address() % 64);
            }
            assertEquals(images.get("params0"), images.get("params2"));
        }
    }

    /** By the library that defines the format, not by the one that wrote the file. */
    @Test
    void h5dumpReadsIt(@TempDir Path folder) throws IOException, InterruptedException {
        Path path = folder.resolve("tiny.h5");
        ArtifactFile.write(path, Artifacts.tiny());
        Process process;
        try {
            process = new ProcessBuilder("h5dump", "-d", "/plan", "-d", "/weights/weights0",
                    path.toString()).redirectErrorStream(true).start();
        } catch (IOException e) {
            process = abort("h5dump is not installed (hdf5-tools)");
        }
        String output = new String(process.getInputStream().readAllBytes(),
                StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("\"board\" : \"u280\""), output);
        assertTrue(output.contains("1, 1, 1, 1, 1, 1, 1, 1"), output);
    }

    @Test
    void theTinyOneIsRead(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("tiny.h5");
        ArtifactFile.write(path, Artifacts.tiny());
        try (Arena arena = Arena.ofShared()) {
            assertSame("tiny", Artifacts.tiny(), ArtifactFile.read(path, arena));
        }
    }

    @Test
    void theSameModelGivesTheSameBytes(@TempDir Path folder)
            throws IOException, InterruptedException {
        long seed = Artifacts.seeds(1, 1).getFirst();
        Path here = folder.resolve("here.h5");
        Path there = folder.resolve("there.h5");
        try (Arena arena = Arena.ofShared()) {
            ArtifactFile.write(here, Artifacts.compile(seed, "w4", arena));
        }
        // Another process: the order of immutable maps differs from one to the next.
        Child.run(0, "compile", there, seed);
        assertEquals(-1, Files.mismatch(here, there));
    }

    @ParameterizedTest
    @EnumSource
    void killedAtAStepLeavesOldOrNew(AtomicFile.Step stop, @TempDir Path folder)
            throws IOException, InterruptedException {
        Path target = folder.resolve("a.h5");
        Executable old = Artifacts.tiny();
        ArtifactFile.write(target, old);
        Child.run(Child.KILLED, "replace", target, stop);
        boolean replaced = stop.compareTo(AtomicFile.Step.RENAMED) >= 0;
        try (Arena arena = Arena.ofShared()) {
            assertEquals(replaced ? Map.of("by", "child") : old.provenance(),
                    ArtifactFile.read(target, arena).provenance());
        }
    }

    /** What a test runs in a process of its own. */
    static final class Child {
        static final int KILLED = 99;

        private Child() {
        }

        static void run(int exitCode, Object... args) throws IOException, InterruptedException {
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1", "-cp",
                    System.getProperty("java.class.path"), Child.class.getName()));
            Stream.of(args).map(String::valueOf).forEach(command::add);
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(),
                    StandardCharsets.UTF_8);
            assertEquals(exitCode, process.waitFor(), output);
        }

        public static void main(String[] args) throws IOException {
            Path target = Path.of(args[1]);
            if (args[0].equals("compile")) {
                try (Arena arena = Arena.ofShared()) {
                    ArtifactFile.write(target,
                            Artifacts.compile(Long.parseLong(args[2]), "w4", arena));
                }
                return;
            }
            Executable e = Artifacts.tiny();
            ArtifactFile.write(target, new Executable(e.header(), e.board(), e.weights(),
                    e.programs(), e.images(), e.stripes(), Map.of("by", "child")),
                    (step, temporary) -> {
                        if (step == AtomicFile.Step.valueOf(args[2])) {
                            Runtime.getRuntime().halt(KILLED);
                        }
                    });
        }
    }
}
