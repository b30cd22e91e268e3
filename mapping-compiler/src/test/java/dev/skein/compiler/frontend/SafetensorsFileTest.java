package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {

    /** A small valid file: four formats, an empty tensor, metadata, padding after the header. */
    static byte[] sample() {
        String header = "{\"__metadata__\":{\"format\":\"pt\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]},"
                + "\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                + "\"none\":{\"dtype\":\"F16\",\"shape\":[0,5],\"data_offsets\":[4,4]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[28,30]},"
                + "\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[30,38]}}   ";
        return new LittleEndian().string(header).u16(0x3c00).u16(0xc000)
                .f32(1).f32(2).f32(3).f32(4).f32(5).f32(6).u16(0x4040).u64(9).bytes();
    }

    @Test
    void readsTensorsOfEveryFloatFormat() {
        try (SafetensorsFile file = MalformedSafetensorsTest.open(sample())) {
            assertEquals(Map.of("format", "pt"), file.metadata());
            assertEquals(List.of("w", "h", "none", "b", "i"),
                    List.copyOf(file.tensors().keySet()));
            assertArrayEquals(new long[] {2, 3}, file.tensor("w").shape());
            assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, file.readAll("w"));
            assertArrayEquals(new float[] {1, -2}, file.readAll("h"));
            assertArrayEquals(new float[] {3}, file.readAll("b"));
            assertEquals(0, file.readAll("none").length);
        }
    }

    @Test
    void integersAreListedAndRefusedOnRead() {
        try (SafetensorsFile file = MalformedSafetensorsTest.open(sample())) {
            FormatException e = assertThrows(FormatException.class, () -> file.readAll("i"));
            assertTrue(e.getMessage().contains("tensor i: found I64 values, but weights are"
                    + " floating point"), e.getMessage());
        }
    }

    @Test
    void shardsReadAsOneModel(@TempDir Path folder) throws IOException {
        write(folder, "a.safetensors", "x", 1);
        write(folder, "b.safetensors", "y", 2);
        Path index = index(folder, "{\"metadata\":{\"total_size\":8},\"weight_map\":"
                + "{\"y\":\"b.safetensors\",\"x\":\"a.safetensors\"}}");
        try (SafetensorsShards model = SafetensorsShards.open(index)) {
            assertEquals(List.of("y", "x"), List.copyOf(model.tensors().keySet()));
            assertArrayEquals(new float[] {1}, model.readAll("x"));
            assertArrayEquals(new float[] {2}, model.readAll("y"));
            assertEquals(index + " (safetensors, 2 files)", model.description());
            assertThrows(FormatException.class, () -> model.readAll("z"));
        }
    }

    /** The index's own rules. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{}|weight_map|nothing",
        "{\"weight_map\":[]}|weight_map|an array",
        "{\"weight_map\":{}}|weight_map.weight_map|no tensors",
        "{\"weight_map\":{\"x\":1}}|weight_map.x|1",
        "{\"weight_map\":{\"x\":\"none.safetensors\"}}|weight_map.x|not in the folder",
        "{\"weight_map\":{\"x\":\"../a.safetensors\"}}|weight_map.x|../a.safetensors",
        "{\"weight_map\":{\"x\":\"/etc/passwd\"}}|weight_map.x|/etc/passwd",
        "{\"weight_map\":{\"x\":\"..\"}}|weight_map.x|..",
        "{\"weight_map\":{\"x\":\"\"}}|weight_map.x|",
        "{\"weight_map\":{\"x\":\"a\\\\b\"}}|weight_map.x|a\\b",
        "{\"weight_map\":{\"x\":\"a\\u0000\"}}|weight_map.x|a",
        "{\"weight_map\":{\"x\":\"sub\"}}|weight_map.x|sub, which is not in the folder",
        "{\"weight_map\":{\"y\":\"a.safetensors\"}}|weight_map.y|does not hold",
        "{\"weight_map\":{\"x\":\"a.safetensors\",\"x\":\"b\"}}|JSON|Duplicate",
        "{\"weight_map\":{\"x\":\"bad.safetensors\"}}|header length|99",
    })
    void brokenIndexIsRefused(String text, String field, String found, @TempDir Path folder)
            throws IOException {
        write(folder, "a.safetensors", "x", 1);
        Files.write(folder.resolve("bad.safetensors"), new LittleEndian().u64(99).bytes());
        Files.createDirectory(folder.resolve("sub"));
        Path index = index(folder, text);
        FormatException e =
                assertThrows(FormatException.class, () -> SafetensorsShards.open(index));
        assertEquals(field, e.field(), e.getMessage());
        assertTrue(e.found().contains(found == null ? "" : found), e.getMessage());
    }

    private static Path index(Path folder, String text) throws IOException {
        return Files.writeString(folder.resolve("model.safetensors.index.json"), text);
    }

    private static void write(Path folder, String name, String tensor, float value)
            throws IOException {
        Files.write(folder.resolve(name), new LittleEndian().string("{\"" + tensor
                + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}").f32(value)
                .bytes());
    }
}
