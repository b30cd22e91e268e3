package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.PackedMatrix;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressedTensorsTest {
    private static final WeightFormat FORMAT = WeightFormat.parse("mixed3.5g16@8:16");
    private static final int ROWS = 40;
    private static final int COLS = 48;

    @TempDir
    private Path folder;

    private static QuantisedMatrix matrix() {
        var random = new Random(5);
        float[] weights = new float[ROWS * COLS];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return Compressor.compress(weights, ROWS, COLS, FORMAT);
    }

    private TensorSource open(String metadata, byte[] data) throws IOException {
        String header = "{\"__metadata__\":{" + metadata + "},\"head.weight.skein\":{\"dtype\":"
                + "\"U8\",\"shape\":[" + data.length + "],\"data_offsets\":[0," + data.length
                + "]}}";
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length)
                .array());
        out.write(text);
        out.write(data);
        Path file = Files.write(folder.resolve("model.safetensors"), out.toByteArray());
        return CompressedTensors.of(SafetensorsFile.open(file));
    }

    private static String metadata(String entry) {
        return "\"skein.scheme\":\"mixed3.5g16@8:16/w4\",\"head.weight.skein\":\"" + entry + "\"";
    }

    @Test
    void matricesAreReadAsStoredAndAsProducts() throws IOException {
        QuantisedMatrix matrix = matrix();
        byte[] data = new PackedMatrix(FORMAT, ROWS, COLS).pack(matrix);
        try (TensorSource source = open(metadata(FORMAT + " [40, 48]"), data)) {
            var tensors = assertInstanceOf(CompressedTensors.class, source);
            assertEquals("mixed3.5g16@8:16/w4g16", tensors.scheme().toString());
            assertTrue(tensors.has("head.weight", FORMAT));
            assertFalse(tensors.has("head.weight", WeightFormat.parse("w4g16")));
            assertArrayEquals(matrix.values(), tensors.rows("head.weight", 0, ROWS).values());
            float[] all = matrix.dequantise();
            assertArrayEquals(all, source.readAll("head.weight"));
            float[] part = new float[700];
            source.readFloats("head.weight", 1000, part, 10, 690);
            assertArrayEquals(Arrays.copyOfRange(all, 1000, 1690),
                    Arrays.copyOfRange(part, 10, 700));
        }
    }

    @Test
    void filesWithoutSchemeStayAsTheyAre() throws IOException {
        try (TensorSource source = open("", new byte[16])) {
            assertInstanceOf(SafetensorsFile.class, source);
        }
    }

    private void refused(String metadata, byte[] data, String field, String rule) {
        var e = assertThrows(FormatException.class, () -> open(metadata, data));
        assertEquals(field, e.field());
        assertTrue(e.getMessage().contains(rule), e.getMessage());
    }

    @Test
    void metadataIsChecked() {
        byte[] data = new byte[64];
        refused("\"skein.scheme\":\"w6\"", data, "__metadata__.skein.scheme", "w6");
        String field = "__metadata__.head.weight.skein";
        refused("\"skein.scheme\":\"w4\"", data, field, "nothing");
        refused(metadata("w4g16 40x48"), data, field, "such as w4g16 [64, 64]");
        refused(metadata("w6g16 [40, 48]"), data, field, "weight format \"w6g16\"");
        refused(metadata("w4g16 [0, 48]"), data, field, "extents are 1 to");
        refused(metadata("w4g16 [40, 48]"), data, "tensor head.weight.skein",
                "takes 1248 bytes of U8");
    }

    @Test
    void bytesAreCheckedWhenRead() throws IOException {
        byte[] data = new PackedMatrix(FORMAT, ROWS, COLS).pack(matrix());
        data[0] = (byte) 0xff;
        try (TensorSource source = open(metadata(FORMAT + " [40, 48]"), data)) {
            var e = assertThrows(FormatException.class, () -> source.readAll("head.weight"));
            assertEquals("tensor head.weight.skein", e.field());
        }
    }
}
