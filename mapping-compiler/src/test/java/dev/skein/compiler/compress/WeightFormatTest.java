package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.WeightBits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    @ValueSource(strings = {"", "w", "w1", "w6", "w16", "4", "w4g", "w4g16 ", "w4g99999", "w4q"})
    void otherTextsAreRefused(String text) {
        assertEquals("weight format \"" + text + "\": allowed are w2, w3, w4, w5 and w8, with g16"
                + " to g1024 behind for groups", assertThrows(IllegalArgumentException.class,
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
        assertEquals(new QuantScheme(new WeightFormat(WeightBits.W3, 64),
                new WeightFormat(WeightBits.W8, 0)), QuantScheme.parse("w3g64:w8"));
        for (String text : new String[] {"w4g16", "w8", "w2g16:w5g32"}) {
            assertEquals(text, QuantScheme.parse(text).toString());
        }
        assertThrows(IllegalArgumentException.class, () -> QuantScheme.parse("w4:"));
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
