package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.WeightBits;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PackedRowsTest {
    private static final int[] LENGTHS = {1, 15, 16, 17, 31, 64, 172, 255, 4097};

    @ParameterizedTest
    @EnumSource(WeightBits.class)
    void roundTripsEveryLengthAndGroup(WeightBits bits) {
        long seed = 71;
        var random = new SplittableRandom(seed);
        for (int k : LENGTHS) {
            for (int group = 0; group <= PackedRows.MAX_GROUP; group++) {
                byte[] weights = weights(random, bits, k);
                int[] scales = random.ints(PackedRows.groups(group, k), 0, 256).toArray();
                int offset = random.nextInt(40);
                byte[] memory = new byte[offset + PackedRows.rowBytes(bits, group, k) + 3];
                Arrays.fill(memory, (byte) 0x5a);
                var segment = MemorySegment.ofArray(memory);
                PackedRows.pack(weights, scales, bits, group, segment, offset);
                String where = bits + ", k " + k + ", group " + group + ", seed " + seed;
                assertArrayEquals(weights, PackedRows.unpack(segment, offset, bits, k), where);
                assertArrayEquals(scales,
                        PackedRows.groupScales(segment, offset, bits, group, k), where);
                for (int i = 0; i < memory.length; i++) {
                    if (i < offset || i >= memory.length - 3) {
                        assertEquals(0x5a, memory[i], where + ": byte " + i + " is not the row's");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(WeightBits.class)
    void aUnitIsOneLittleEndianNumber(WeightBits bits) {
        var random = new SplittableRandom(5);
        byte[] weights = weights(random, bits, 16);
        var unit = BigInteger.ZERO;
        for (int j = 15; j >= 0; j--) {
            int field = weights[j] & (1 << bits.bits()) - 1;
            unit = unit.shiftLeft(bits.bits()).or(BigInteger.valueOf(field));
        }
        byte[] packed = new byte[2 * bits.bits()];
        PackedRows.pack(weights, new int[0], bits, 0, MemorySegment.ofArray(packed), 0);
        for (byte b : packed) {
            assertEquals(unit.byteValue(), b);
            unit = unit.shiftRight(8);
        }
    }

    @Test
    void sizesOfKnownTiles() {
        assertEquals(0, PackedRows.groupSize(0));
        assertEquals(16, PackedRows.groupSize(1));
        assertEquals(128, PackedRows.groupSize(4));
        assertEquals(11, PackedRows.units(172));
        assertEquals(176, PackedRows.rowBytes(WeightBits.W8, 0, 172));
        // 11 units of 8 bytes and 11 groups of 16
        assertEquals(99, PackedRows.rowBytes(WeightBits.W4, 1, 172));
        // 5 rows of 99 bytes, padded to 496, 5 scales, 5 biases
        assertEquals(496, PackedRows.scaleOffset(WeightBits.W4, 1, 5, 172));
        assertEquals(516, PackedRows.tileBytes(WeightBits.W4, 1, 5, 172, false));
        assertEquals(536, PackedRows.tileBytes(WeightBits.W4, 1, 5, 172, true));
        assertEquals(110, PackedRows.unitBytes(WeightBits.W5, 172));
        assertEquals(2, PackedRows.groups(4, 172));
    }

    @Test
    void refusesWhatDoesNotFit() {
        var room = MemorySegment.ofArray(new byte[64]);
        var error = assertThrows(IllegalArgumentException.class, () -> PackedRows.pack(
                new byte[] {1, -8}, new int[0], WeightBits.W4, 0, room, 0));
        assertEquals("weight 1 is -8, allowed -7 to 7", error.getMessage());
        error = assertThrows(IllegalArgumentException.class, () -> PackedRows.pack(
                new byte[] {1}, new int[] {256}, WeightBits.W4, 1, room, 0));
        assertEquals("group scale 0 is 256, allowed 0 to 255", error.getMessage());
        error = assertThrows(IllegalArgumentException.class, () -> PackedRows.pack(
                new byte[17], new int[] {1}, WeightBits.W4, 1, room, 0));
        assertEquals("group scales of a row of 17 weights: 1, group code 1 needs 2",
                error.getMessage());
        error = assertThrows(IllegalArgumentException.class, () -> PackedRows.groupSize(8));
        assertEquals("group code 8: 0 to 7", error.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> PackedRows.pack(
                new byte[80], new int[0], WeightBits.W8, 0, room, 0));
    }

    private static byte[] weights(SplittableRandom random, WeightBits bits, int k) {
        byte[] w = new byte[k];
        for (int i = 0; i < k; i++) {
            w[i] = (byte) random.nextInt(-bits.max(), bits.max() + 1);
        }
        return w;
    }
}
