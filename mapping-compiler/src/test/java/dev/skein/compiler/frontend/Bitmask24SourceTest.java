package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Bitmask24SourceTest {
    private static final String HEADER = "{\"a.compressed\":{\"dtype\":\"F32\",\"shape\":[2,4],"
            + "\"data_offsets\":[0,32]},\"a.bitmask\":{\"dtype\":\"U8\",\"shape\":[2,1],"
            + "\"data_offsets\":[32,34]},\"n\":{\"dtype\":\"U8\",\"shape\":[2],"
            + "\"data_offsets\":[34,36]}}";

    /** Two rows of 8: columns 0 3 5 6, and 1 2 4 7. */
    static byte[] sample() {
        return file(HEADER, 0b01101001, 0b10010110);
    }

    private static byte[] file(String header, int mask0, int mask1) {
        var out = new LittleEndian().string(header);
        for (int i = 1; i <= 8; i++) {
            out.f32(i);
        }
        return out.u8(mask0).u8(mask1).u8(7).u8(9).bytes();
    }

    static TensorSource open(byte[] file) {
        return Bitmask24Source.of(SafetensorsFile.open(MappedFile.ofBytes("t.safetensors", file),
                ReaderLimits.DEFAULT));
    }

    @Test
    void matricesLookAsTheyWere() {
        try (TensorSource source = open(sample())) {
            assertEquals("[a.weight, a.bitmask, n]", source.tensors().keySet().toString());
            assertArrayEquals(new long[] {2, 8}, source.tensor("a.weight").shape());
            assertArrayEquals(new float[] {1, 0, 0, 2, 0, 3, 4, 0, 0, 5, 6, 0, 7, 0, 0, 8},
                    source.readAll("a.weight"));
            float[] part = new float[4];
            source.readFloats("a.weight", 6, part, 1, 3);
            assertArrayEquals(new float[] {0, 4, 0, 0}, part);
            byte[] other = new byte[2];
            source.readBytes("n", 0, other, 0, 2);
            assertArrayEquals(new byte[] {7, 9}, other);
        }
    }

    @Test
    void otherFilesStayAsTheyAre() {
        SafetensorsFile file = SafetensorsFile.open(MappedFile.ofBytes("t",
                SafetensorsFileTest.sample()), ReaderLimits.DEFAULT);
        assertSame(file, Bitmask24Source.of(file));
    }

    @Test
    void partsThatDoNotFitAreOneLine() {
        assertBroken(HEADER.replace("a.bitmask", "b.bitmask"), "with no mask");
        assertBroken(HEADER.replace("\"U8\",\"shape\":[2,1]", "\"U8\",\"shape\":[1,2]"), "[1, 2]");
        assertBroken(HEADER.replace("\"F32\",\"shape\":[2,4]", "\"I32\",\"shape\":[2,4]"), "I32");
        assertBroken(HEADER.replace("\"n\"", "\"a.weight\""), "a.weight");
        FormatException e = assertThrows(FormatException.class,
                () -> open(file(HEADER, 0b01101001, 1)).readAll("a.weight"));
        assertEquals("t.safetensors (safetensors): offset 303: tensor a.bitmask: found 1 kept"
                .replace("303", String.valueOf(e.offset()))
                + " weights in row 1, but each row keeps 4 of 8; fetch the checkpoint again, or"
                + " save it with save_compressed=False", e.getMessage());
    }

    private static void assertBroken(String header, String found) {
        FormatException e = assertThrows(FormatException.class, () -> open(file(header, 0, 0)));
        assertTrue(e.field().startsWith("tensor a.") && e.found().contains(found),
                e.getMessage());
    }
}
