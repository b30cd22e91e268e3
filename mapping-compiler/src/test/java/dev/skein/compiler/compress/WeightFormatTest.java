package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.WeightBits;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFormatTest {
    @Test
    void textRoundTripsOverEveryFormat() {
        for (WeightBits bits : WeightBits.values()) {
            assertEquals(new WeightFormat(bits, 0), WeightFormat.parse("w" + bits.bits()));
            for (int code = 1, group = 16; group <= 1024; code++, group *= 2) {
                WeightFormat format = new WeightFormat(bits, group);
                assertEquals(format, WeightFormat.parse(format.toString()));
                assertEquals(code, format.groupCode());
                assertEquals(2, format.groups(group + 1));
            }
        }
        assertEquals(0, WeightFormat.parse("W8").groupCode());
        assertEquals(0, WeightFormat.parse("w8").groups(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "w", "w1", "w6", "w16", "4", "w4g", "w4g16 ", "w4g99999", "w4q",
        "mixed", "mixed3.555", "w4@8", "w4@3:16", "w4@16:16", "w4@1:4", "w4@1.5", "w4@.5",
        "w4@0.5g16"})
    void otherTextsAreRefused(String text) {
        assertEquals("weight format \"" + text + "\": write w2, w3, w4, w5, w8 or mixed3.5,"
                + " then g16 to g1024 for groups, then @8:16 (2, 4, 8, 12), @2:4 or a density"
                + " @0.5", assertThrows(IllegalArgumentException.class,
                () -> WeightFormat.parse(text)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"mixed2, average of mixed widths 2: allowed is more than 2 and less than 8 bits",
        "mixed8, average of mixed widths 8: allowed is more than 2 and less than 8 bits",
        "w4@0.00, density 0: allowed is more than 0 and less than 1"})
    void valuesOutOfRangeAreRefused(String text, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> WeightFormat.parse(text)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {-16, 1, 8, 17, 48, 2048})
    void groupSizesArePowersOfTwoThatTheInstructionHas(int size) {
        assertEquals("group size " + size + ": allowed are 0 (none) and powers of two from 16 to"
                + " 1024", assertThrows(IllegalArgumentException.class,
                () -> new WeightFormat(WeightBits.W4, size)).getMessage());
    }

    @Test
    void schemesNameBodyAndHead() {
        assertEquals(QuantScheme.of(WeightBits.W4, 16), QuantScheme.parse("w4"));
        assertEquals(QuantScheme.of(WeightBits.W8, 0), QuantScheme.parse("w8"));
        assertEquals(QuantScheme.parse("mixed3.5g32"), QuantScheme.parse("mixed3.5"));
        assertEquals(3.78, QuantScheme.parse("mixed3.5").body().bitsPerWeight(4096), 0.01);
        assertEquals(new QuantScheme(new WeightFormat(WeightBits.W3, 64),
                new WeightFormat(WeightBits.W8, 0)), QuantScheme.parse("w3g64/w8"));
        for (String text : new String[] {"w4g16", "w8", "w2g16/w5g32",
            "mixed3.5g32@8:16", "w4g16@0.5/w8", "w8@2:4", "w4g0", "mixed2.25g0@0.3/w4g0"}) {
            assertEquals(text, QuantScheme.parse(text).toString());
        }
        assertThrows(IllegalArgumentException.class, () -> QuantScheme.parse("w4/"));
        assertEquals("mixed3.5g32", QuantScheme.parse("mixed3.5g32@8:16").head().toString());
    }

    /** Every block has one class; averages are kept by every number of blocks. */
    @Test
    void mixesKeepTheirAverages() {
        for (String text : new String[] {"mixed3.5", "mixed2.2", "mixed4.75", "mixed3", "mixed6",
            "w4@0.5", "w3@0.1", "mixed3.5@0.9", "mixed3.5@0.25", "w4@12:16"}) {
            BlockMix mix = WeightFormat.parse(text).blocks();
            for (int blocks = 1; blocks < 100; blocks++) {
                int sum = 0;
                int kept = 0;
                int bits = 0;
                for (var entry : mix.counts(blocks).entrySet()) {
                    int n = entry.getKey().pattern().kept() * entry.getValue();
                    sum += entry.getValue();
                    kept += n;
                    bits += n * entry.getKey().bits().bits();
                }
                String at = text + ", " + blocks + " blocks";
                assertEquals(blocks, sum, at);
                assertTrue(kept <= 16 * blocks * mix.sparsity().density() + 1e-9, at);
                assertTrue(blocks < 8 || kept >= 16 * blocks * mix.sparsity().density() - 16, at);
                // Fewer bits than the narrowest width are not to be had.
                double least = Math.max(mix.widths().average(),
                        mix.widths().levels().getFirst().bits());
                assertTrue(bits <= kept * least + 1e-9, at);
            }
        }
        assertEquals("{w3@16:16=7, w4@16:16=3, w5@16:16=1}", counts("mixed3.5", 11));
        assertEquals("{w3@16:16=2, w4@16:16=2}", counts("mixed3.5", 4));
    }

    private static String counts(String format, int blocks) {
        var out = new LinkedHashMap<String, Integer>();
        WeightFormat.parse(format).blocks().counts(blocks).forEach((type, n) -> out.put("w"
                + type.bits().bits() + "@" + type.pattern().kept() + ":16", n));
        return out.toString();
    }

    @Test
    void sizesFollowFromTheShape() {
        WeightFormat dense = WeightFormat.parse("w4g16");
        assertEquals(4 + 0.5 + 32.0 / 256, dense.bitsPerWeight(256));
        WeightFormat sparse = WeightFormat.parse("w4g32@8:16");
        // 16 blocks: header, masks, 8 weights of 4 bits a row; 8 groups.
        assertEquals(16 * (1 + 32 + 64) + 16 * 8, sparse.stripBytes(256));
        assertEquals(8, sparse.stripSteps(256));
        assertEquals(1, WeightFormat.parse("w4@2:16").stripSteps(16));
        assertEquals(16, WeightFormat.parse("w4@12:16").stripSteps(256));
    }

    @Test
    void matricesRefuseArraysOfAnotherShape() {
        WeightFormat format = WeightFormat.parse("w4g16");
        assertEquals("group scales: found 3, the shape has 4", assertThrows(
                IllegalArgumentException.class, () -> new QuantisedMatrix(format, 2, 20,
                        new byte[40], new byte[3], new float[2])).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new QuantisedMatrix(format, 2, 20,
                new byte[39], new byte[4], new float[2]));
        assertThrows(IllegalArgumentException.class, () -> new QuantisedMatrix(format, 2, 20,
                new byte[40], new byte[4], new float[1]));
    }

    @Test
    void stripsAreBalanced() {
        WeightFormat format = WeightFormat.parse("mixed3.5");
        byte[] classes = new byte[8];
        String message = assertThrows(IllegalArgumentException.class, () -> new QuantisedMatrix(
                format, 20, 64, new byte[20 * 64], new byte[0], new float[20], classes))
                .getMessage();
        assertTrue(message.startsWith("block classes of strip 0: found {0=4} (number by code),"
                + " format mixed3.5 has "), message);
    }

    @Test
    void errorsOfPartsMerge() {
        float[] w = {3, 4, 0, 5};
        float[] a = {3, 3, 0, 7};
        QuantError whole = QuantError.between(w, a);
        QuantError parts = QuantError.between(new float[] {3, 4}, new float[] {3, 3})
                .merge(QuantError.between(new float[] {0, 5}, new float[] {0, 7}));
        assertEquals(whole, QuantError.NONE.merge(parts));
        assertEquals(Math.sqrt(5 / 4.0), whole.rmse());
        assertEquals(2, whole.maxError());
        assertEquals(Math.sqrt(0.1), whole.relative(), 1e-15);
        assertEquals(10, whole.snrDecibels(), 1e-12);
        assertEquals(Double.POSITIVE_INFINITY, QuantError.between(w, w).snrDecibels());
        assertEquals(0, QuantError.NONE.rmse());
    }
}
