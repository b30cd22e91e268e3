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
            Metadata metadata = file.metadata();
            assertEquals("llama", metadata.string("general.architecture"));
            assertEquals(5, metadata.integer("llama.block_count", 0, 10));
            assertEquals(1e4, metadata.number("llama.rope.freq_base"));
            assertEquals(true, metadata.flag("a.bool", false));
            assertEquals(200L, metadata.values().get("a.u8"));
            assertEquals(-3L, metadata.values().get("a.i8"));
            assertEquals(60000L, metadata.values().get("a.u16"));
            assertEquals(-4L, metadata.values().get("a.i16"));
            assertEquals(1L << 40, metadata.values().get("a.u64"));
            assertEquals(-5L, metadata.values().get("a.i64"));
            assertEquals(0.1, metadata.number("a.f64"));
            assertEquals(List.of("<s>", "é", ""), metadata.strings("tokenizer.ggml.tokens"));
            assertArrayEquals(new double[] {-1, 0.5}, metadata.numbers("tokenizer.ggml.scores"));
            assertArrayEquals(new double[] {-1, 7},
                    metadata.numbers("tokenizer.ggml.token_type"));
            assertEquals(14, metadata.values().size());
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
            assertEquals(file.metadata().values().keySet(),
                    alone.metadata().values().keySet());
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
