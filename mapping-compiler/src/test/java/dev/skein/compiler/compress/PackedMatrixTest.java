package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackedMatrixTest {

    private static QuantisedMatrix matrix(String format, int rows, int cols) {
        var random = new Random(rows * 31L + cols);
        float[] weights = new float[rows * cols];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return Compressor.compress(weights, rows, cols, WeightFormat.parse(format));
    }

    private static PackedMatrix.Bytes bytes(byte[] all) {
        return (offset, dst) -> System.arraycopy(all, (int) offset, dst, 0, dst.length);
    }

    private static void same(QuantisedMatrix expected, QuantisedMatrix found, String what) {
        assertEquals(expected.format(), found.format(), what);
        assertArrayEquals(expected.values(), found.values(), what);
        assertArrayEquals(expected.groupScales(), found.groupScales(), what);
        assertArrayEquals(expected.channelScales(), found.channelScales(), what);
        assertArrayEquals(expected.classes(), found.classes(), what);
    }

    @ParameterizedTest
    @CsvSource({"w8, 24, 40", "w4g16, 7, 33", "w3g32, 5, 48", "w5g16, 16, 16",
        "mixed3.5g16@8:16, 48, 192", "w4g16@4:16, 40, 64", "w4g16@0.5, 32, 96",
        "mixed3.5g32, 20, 80"})
    void comesBackWholeAndInParts(String format, int rows, int cols) {
        QuantisedMatrix matrix = matrix(format, rows, cols);
        var layout = new PackedMatrix(matrix.format(), rows, cols);
        byte[] packed = layout.pack(matrix);
        assertEquals(layout.bytes(), packed.length);
        same(matrix, layout.unpack(bytes(packed), 0, rows), format);
        for (int first = 0; first < rows; first += 16) {
            int count = Math.min(16, rows - first);
            same(matrix.slice(first, count), layout.unpack(bytes(packed), first, count),
                    format + " from row " + first);
        }
    }

    private static void refused(String format, int at, int value, String message) {
        QuantisedMatrix matrix = matrix(format, 16, 32);
        var layout = new PackedMatrix(matrix.format(), 16, 32);
        byte[] packed = layout.pack(matrix);
        packed[at < 0 ? packed.length + at : at] = (byte) value;
        var e = assertThrows(IllegalArgumentException.class,
                () -> layout.unpack(bytes(packed), 0, 16));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    @Test
    void whatNoDeviceTakesIsRefused() {
        refused("w4g16", 0, 0x18, "weight -8 in row 0, column 0, allowed -7 to 7");
        refused("w4g16", -1, 0xff, "scale of row 15 is");
        refused("w4g16@8:16", 0, 0xff, "block 0 of 2");
        refused("w4g16@8:16", 0, 0, "the header's 2 blocks make a strip of");
        refused("w4g16@8:16", 2, 0, "block 0, row 0: mask");
    }
}
