package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {

    @Test
    void readsEveryKindOfValue() {
        try (GgufFile file = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            GgufMetadata metadata = file.metadata();
            assertEquals("llama", metadata.string("general.architecture").orElseThrow());
            assertEquals(5, metadata.integer("llama.block_count").orElseThrow());
            assertEquals(1e4, metadata.real("llama.rope.freq_base").orElseThrow());
            assertEquals(5.0, metadata.real("llama.block_count").orElseThrow());
            assertEquals(true, metadata.bool("a.bool").orElseThrow());
            assertEquals(200, metadata.integer("a.u8").orElseThrow());
            assertEquals(-3, metadata.integer("a.i8").orElseThrow());
            assertEquals(60000, metadata.integer("a.u16").orElseThrow());
            assertEquals(-4, metadata.integer("a.i16").orElseThrow());
            assertEquals(1L << 40, metadata.integer("a.u64").orElseThrow());
            assertEquals(-5, metadata.integer("a.i64").orElseThrow());
            assertEquals(0.1, metadata.real("a.f64").orElseThrow());
            assertEquals(List.of("<s>", "é", ""),
                    metadata.strings("tokenizer.ggml.tokens").orElseThrow());
            assertArrayEquals(new double[] {-1, 0.5},
                    metadata.reals("tokenizer.ggml.scores").orElseThrow());
            assertArrayEquals(new long[] {-1, 7},
                    metadata.integers("tokenizer.ggml.token_type").orElseThrow());
            assertTrue(metadata.integer("absent").isEmpty());
            assertEquals(14, metadata.keys().size());
        }
    }

    @Test
    void valueOfAnotherTypeIsNamedWithItsOffset() {
        try (GgufFile file = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            FormatException e = assertThrows(FormatException.class,
                    () -> file.metadata().integer("general.architecture"));
            assertEquals("m.gguf: offset 24: general.architecture: found a string, but it must be"
                    + " an integer; convert the model again with a current tool", e.getMessage());
            assertThrows(FormatException.class, () -> file.metadata().string("a.u8"));
            assertThrows(FormatException.class, () -> file.metadata().strings("a.u8"));
            assertThrows(FormatException.class, () -> file.metadata().reals("a.u8"));
            assertThrows(FormatException.class, () -> file.metadata().integers("a.u8"));
            assertThrows(FormatException.class, () -> file.metadata().bool("a.u8"));
            assertThrows(FormatException.class, () -> file.metadata().real("a.bool"));
            assertEquals("x.y", file.metadata().missing("x.y").field());
        }
    }

    @Test
    void shapesAreOutermostFirstAndPartsOfBlocksRead() {
        try (GgufFile file = GgufFile.ofBytes("m.gguf", GgufBuilder.sample())) {
            assertArrayEquals(new long[] {2, 3}, file.tensor("w").shape());
            assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.readAll("w"));
            assertArrayEquals(new float[] {1, -2}, file.readAll("h"));
            assertArrayEquals(new float[] {7}, file.readAll("scalar"));
            assertEquals(0, file.tensor("scalar").rank());
            float[] part = new float[36];
            file.readFloats("q", 30, part, 1, 34);
            assertEquals(30f, part[1]);
            assertEquals(31f, part[2]);
            assertEquals(0f, part[3]);
            assertEquals(2f * 31, part[34]);
            assertEquals(0f, part[35]);
            assertThrows(IndexOutOfBoundsException.class,
                    () -> file.readFloats("q", 31, part, 0, 34));
            assertThrows(IndexOutOfBoundsException.class,
                    () -> file.readFloats("q", 0, part, 3, 34));
        }
    }

    @Test
    void metadataAloneIsAValidFile() {
        try (GgufFile file = GgufFile.ofBytes("m.gguf", GgufBuilder.sample());
                GgufFile alone = GgufFile.ofBytes("meta", file.metadataBytes())) {
            assertEquals(file.metadata().keys(), alone.metadata().keys());
            assertEquals(0, alone.tensors().size());
        }
    }

    @Test
    void filesAreMappedAndClosedTwice(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("m.gguf");
        Files.write(path, GgufBuilder.sample());
        GgufFile file = GgufFile.open(path);
        assertEquals(path + " (GGUF v3)", file.description());
        assertEquals(6f, file.readAll("w")[5]);
        file.close();
        file.close();
        assertThrows(IllegalStateException.class, () -> file.readAll("w"));
        assertThrows(NoSuchFileException.class, () -> GgufFile.open(folder.resolve("none")));
        assertEquals("a folder",
                assertThrows(FormatException.class, () -> GgufFile.open(folder)).found());
    }
}
