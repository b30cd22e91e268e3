package dev.skein.compiler.artifact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.fpga.Phase;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactFileTest {
    private static final List<String> SCHEMES = List.of("w8", "w4", "w3g32:w8", "w2");

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

    @Test
    void theTinyOneIsSmall(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("tiny.h5");
        ArtifactFile.write(path, Artifacts.tiny());
        try (Arena arena = Arena.ofShared()) {
            assertSame("tiny", Artifacts.tiny(), ArtifactFile.read(path, arena));
        }
    }
}
