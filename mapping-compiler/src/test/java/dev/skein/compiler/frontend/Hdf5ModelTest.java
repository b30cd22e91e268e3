package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.artifact.AtomicFile;
import dev.skein.compiler.artifact.Hdf5ModelWriter;
import dev.skein.hls.number.BlockFormat;
import io.jhdf.HdfFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Hdf5ModelTest {
    private static final byte[] CONFIG = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

    /** The tensors of the GGUF sample (F32, F16, Q8_0, a scalar) as an HDF5 model. */
    static byte[] sample(Path folder) throws IOException {
        Path path = folder.resolve("sample.h5");
        try (GgufFile source = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            Hdf5ModelWriter.write(path, source, Map.of("config.json", CONFIG));
        }
        return Files.readAllBytes(path);
    }

    @Test
    void keepsEveryTensorBitForBit(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("m.h5");
        try (GgufFile source = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            Hdf5ModelWriter.write(path, source, Map.of("config.json", CONFIG, "metadata.gguf",
                    source.metadataBytes(), "empty", new byte[0]));
            try (Hdf5Model model = Hdf5Model.open(path)) {
                assertEquals(source.tensors().keySet(), model.tensors().keySet());
                for (TensorInfo info : source.tensors().values()) {
                    TensorInfo copy = model.tensor(info.name());
                    assertArrayEquals(info.shape(), copy.shape(), info.name());
                    assertEquals(info.format(), copy.format(), info.name());
                    assertEquals(0, copy.offset() % 64, info.name());
                    assertArrayEquals(source.readAll(info.name()), model.readAll(info.name()));
                }
                assertEquals(Set.of("config.json", "metadata.gguf", "empty"), model.files());
                assertArrayEquals(CONFIG, model.file("config.json").orElseThrow());
                assertArrayEquals(source.metadataBytes(),
                        model.file("metadata.gguf").orElseThrow());
                assertEquals(0, model.file("empty").orElseThrow().length);
                assertTrue(model.file("none").isEmpty());
            }
        }
    }

    @Test
    void jhdfReadsTheSameValues(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("m.h5");
        Files.write(path, sample(folder));
        try (HdfFile file = new HdfFile(path)) {
            assertArrayEquals(new float[][] {{1, 2, 3}, {4, 5, 6}},
                    (float[][]) file.getDatasetByPath("/tensors/w").getData());
            assertArrayEquals(new int[] {2, 34},
                    file.getDatasetByPath("/tensors/q").getDimensions());
            assertEquals("Q8_0",
                    file.getDatasetByPath("/tensors/q").getAttribute("format").getData());
            assertEquals(7f, file.getDatasetByPath("/tensors/scalar").getData());
            assertArrayEquals(new int[] {0x3c00, 0xc000},
                    (int[]) file.getDatasetByPath("/tensors/h").getData());
        }
    }

    @Test
    void sameModelSameBytes(@TempDir Path folder) throws IOException {
        assertArrayEquals(sample(folder), sample(folder));
    }

    @ParameterizedTest
    @EnumSource
    void writingIsAtomic(AtomicFile.Step stop, @TempDir Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("m.h5"), "old");
        try (GgufFile source = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            assertThrows(IOException.class, () -> Hdf5ModelWriter.write(path, source,
                    Map.of("config.json", CONFIG), (step, temporary) -> {
                        if (step == stop) {
                            throw new IOException("stopped");
                        }
                    }));
        }
        if (stop.compareTo(AtomicFile.Step.RENAMED) < 0) {
            assertEquals("old", Files.readString(path));
        } else {
            try (Hdf5Model model = Hdf5Model.open(path)) {
                assertEquals(4, model.tensors().size());
            }
        }
    }

    @Test
    void whatCannotBeKeptIsRefusedBeforeWriting(@TempDir Path folder) {
        Path path = folder.resolve("m.h5");
        Map<String, byte[]> files = Map.of("config.json", CONFIG);
        TensorInfo whole = TensorInfo.ofShape("w", BlockFormat.I64, 2);
        TensorInfo slash = TensorInfo.ofShape("a/b", BlockFormat.F32, 2);
        TensorInfo weight = TensorInfo.ofShape("w", BlockFormat.F32, 2);
        assertEquals("I64 values", refusal(path, files, whole).found());
        assertEquals("a/b", refusal(path, files, slash).found());
        assertEquals("no weights or no configuration", refusal(path, files, weight).found());
        assertFalse(Files.exists(path));
    }

    private static FormatException refusal(Path path, Map<String, byte[]> files,
            TensorInfo info) {
        try (TensorSource source = TensorSource.shapesOnly("m", Map.of(info.name(), info))) {
            return assertThrows(FormatException.class,
                    () -> Hdf5ModelWriter.write(path, source, files));
        }
    }
}
