package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.WeightBits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StripRowsTest {
    private static final int ROWS = StripRows.ROWS;
    private static final BlockClass HALF4 = new BlockClass(SparsePattern.N8, WeightBits.W4);
    private static final BlockClass FULL3 = new BlockClass(SparsePattern.N16, WeightBits.W3);
    private static final BlockClass PAIR5 = new BlockClass(SparsePattern.N2, WeightBits.W5);
    private static final BlockClass NONE = new BlockClass(SparsePattern.N0, WeightBits.W2);

    private static BlockClass any(SplittableRandom random) {
        return new BlockClass(SparsePattern.values()[random.nextInt(6)],
                WeightBits.values()[random.nextInt(5)]);
    }

    /** Weights that the blocks can hold; all at the ends of the range now and then. */
    private static byte[] weights(int k, BlockClass[] blocks, SplittableRandom random) {
        byte[] weights = new byte[ROWS * k];
        int kind = random.nextInt(3);
        for (int b = 0; b < blocks.length; b++) {
            int max = blocks[b].bits().max();
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < blocks[b].pattern().kept(); i++) {
                    int column = 16 * b + random.nextInt(16);
                    if (column < k) {
                        weights[row * k + column] = (byte) switch (kind) {
                            case 0 -> max;
                            case 1 -> -max;
                            default -> random.nextInt(-max, max + 1);
                        };
                    }
                }
            }
        }
        return weights;
    }

    @Test
    void everyClassHasItsOwnCodeAndSize() {
        var codes = new HashSet<Integer>();
        for (SparsePattern p : SparsePattern.values()) {
            assertEquals(p, SparsePattern.of(p.kept()));
            for (WeightBits b : WeightBits.values()) {
                var c = new BlockClass(p, b);
                codes.add(c.code());
                assertEquals(c, BlockClass.of(c.code()));
                int index = p.kept() == 2 ? 16 : p.kept() % 16 == 0 ? 0 : 32;
                assertEquals(index + 16 * p.kept() * b.bits() / 8, c.bytes(), c.toString());
            }
        }
        assertEquals(30, codes.size());
        assertEquals("pattern 6:16: kept weights are one of 0, 2, 4, 8, 12, 16",
                assertThrows(IllegalArgumentException.class, () -> SparsePattern.of(6))
                        .getMessage());
    }

    @Test
    void randomStripsComeBack() {
        for (long seed = 0; seed < 2000; seed++) {
            var random = new SplittableRandom(seed);
            int k = 1 + random.nextInt(100);
            int group = random.nextInt(5);
            var blocks = new BlockClass[StripRows.blocks(k)];
            Arrays.setAll(blocks, _ -> any(random));
            byte[] weights = weights(k, blocks, random);
            int[] scales = random.ints(ROWS * PackedRows.groups(group, k), 0, 256).toArray();
            int bytes = StripRows.stripBytes(Arrays.asList(blocks), group);
            int offset = random.nextInt(9);
            byte[] memory = new byte[offset + bytes + 8];
            Arrays.fill(memory, (byte) 0x5a);
            var segment = MemorySegment.ofArray(memory);

            StripRows.pack(k, blocks, weights, group, scales, segment, offset);

            String message = "seed " + seed;
            assertArrayEquals(weights, StripRows.unpack(segment, offset, k), message);
            assertArrayEquals(scales, StripRows.groupScales(segment, offset, k, group), message);
            assertArrayEquals(blocks, StripRows.check(segment, offset, k, group, bytes,
                    StripRows.steps(Arrays.asList(blocks))), message);
            for (int i = 0; i < memory.length; i++) {
                assertTrue(i >= offset && i < offset + bytes || memory[i] == 0x5a,
                        message + ": writes byte " + i);
            }
        }
    }

    @Test
    void aStripByHand() {
        // two blocks, k = 20: row 0 keeps -1 at 3 and 2 at 17; all else is 0
        byte[] weights = new byte[ROWS * 20];
        weights[3] = -1;
        weights[17] = 2;
        BlockClass[] blocks = {PAIR5, new BlockClass(SparsePattern.N4, WeightBits.W3)};
        int[] scales = new int[ROWS];
        scales[1] = 200;
        byte[] memory = new byte[StripRows.stripBytes(List.of(blocks), 2)];
        StripRows.pack(20, blocks, weights, 2, scales, MemorySegment.ofArray(memory), 0);
        assertEquals(2 + (16 + 20) + (32 + 24) + 16 + 2, memory.length);
        assertEquals(1 | 3 << 3, memory[0]);
        assertEquals(2 | 1 << 3, memory[1]);
        // row 0 of block 0: positions 0 (filled up) and 3; weights 0 and -1
        assertEquals(0x30, memory[2]);
        assertEquals(0x10, memory[3]);
        assertEquals((byte) 0xe0, memory[2 + 16]);
        assertEquals(0x03, memory[2 + 17]);
        // row 0 of block 1: columns 16, 17, 18, 19 with 0, 2, 0, 0
        assertEquals(0x0f, memory[38]);
        assertEquals(2 << 3, memory[38 + 32]);
        assertEquals((byte) 200, memory[94 + 1]);
    }

    @Test
    void sizes() {
        assertEquals(2, StripRows.strips(17));
        assertEquals(3, StripRows.blocks(33));
        Map<BlockClass, Integer> counts = new HashMap<>(Map.of(HALF4, 3, FULL3, 2, NONE, 1));
        // 6 header, 3 * (32 + 64), 2 * 96, group scales of 96 columns by 32
        assertEquals(544, StripRows.stripBytes(counts, 2));
        assertEquals(544, StripRows.stripBytes(
                List.of(HALF4, FULL3, NONE, HALF4, FULL3, HALF4), 2));
        assertEquals(496, StripRows.stripBytes(counts, 0));
        // 3 * 4 + 2 * 8 eighths
        assertEquals(4, StripRows.steps(counts));
        assertEquals(4, StripRows.steps(List.of(HALF4, FULL3, HALF4, FULL3, HALF4)));
        assertEquals(1, StripRows.steps(List.of(NONE)));
        assertEquals(1, StripRows.steps(List.of(PAIR5)));
        assertEquals(16 * 3, StripRows.groupBytes(2, 81));
        assertEquals(2 * 544, StripRows.scaleOffset(17, 544));
        assertEquals(2 * 544 + 4 * 17, StripRows.tileBytes(17, 544, false));
        assertEquals(2 * 544 + 8 * 17, StripRows.tileBytes(17, 544, true));
    }

    private static void refused(String message, Runnable action) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }

    private static void pack(int k, byte[] weights, int group, int[] scales,
            BlockClass... blocks) {
        StripRows.pack(k, blocks, weights, group, scales, MemorySegment.ofArray(new byte[1024]),
                0);
    }

    @Test
    void whatDoesNotFitIsNamed() {
        byte[] w = new byte[ROWS * 20];
        int[] none = {};
        refused("blocks of 20 columns: 1, allowed 2", () -> pack(20, w, 0, none, HALF4));
        refused("weights of 16 rows of 19 columns: 320, allowed 304",
                () -> pack(19, w, 0, none, HALF4, HALF4));
        refused("group scales of 16 rows: 0, allowed 32", () -> pack(20, w, 1, none, HALF4,
                HALF4));
        int[] scales = new int[32];
        scales[2 * 3 + 1] = 256;
        refused("group scale 1 of row 3 is 256, allowed 0 to 255",
                () -> pack(20, w, 1, scales, HALF4, HALF4));
        byte[] large = w.clone();
        large[20 * 5 + 17] = 8;
        refused("block 1, row 5: weight 8 of column 1, allowed -7 to 7",
                () -> pack(20, large, 0, none, HALF4, HALF4));
        byte[] many = w.clone();
        Arrays.fill(many, 20 * 7, 20 * 7 + 3, (byte) 1);
        refused("block 0, row 7: 3 weights are not 0, N2 keeps 2",
                () -> pack(20, many, 0, none, PAIR5, HALF4));
    }

    @Test
    void badStripsAreRefused() {
        BlockClass[] blocks = {PAIR5, HALF4};
        int bytes = StripRows.stripBytes(List.of(blocks), 0);
        byte[] memory = new byte[bytes];
        var strip = MemorySegment.ofArray(memory);
        StripRows.pack(32, blocks, new byte[ROWS * 32], 0, new int[0], strip, 0);
        byte[] good = memory.clone();

        memory[1] = 6;
        refused("block 1 of 2: block code 0x6: a pattern, 0 to 5, plus 8 times a width, 0 to 4",
                () -> StripRows.check(strip, 0, 32, 0, bytes, 1));
        memory[1] = (byte) 0xa8;
        refused("block 1 of 2: block code 0xa8: a pattern, 0 to 5, plus 8 times a width, 0 to 4",
                () -> StripRows.unpack(strip, 0, 32));
        memory[1] = (byte) PAIR5.code();
        refused("the header's 2 blocks make a strip of 80 bytes, stripBytes is " + bytes,
                () -> StripRows.check(strip, 0, 32, 0, bytes, 1));
        strip.copyFrom(MemorySegment.ofArray(good));
        refused("the header's 2 blocks take 1 steps, steps is 2",
                () -> StripRows.check(strip, 0, 32, 0, bytes, 2));
        memory[2 + 4] = 0x11;
        refused("block 0, row 4: positions 1 and 1, the first has to be smaller",
                () -> StripRows.unpack(strip, 0, 32));
        strip.copyFrom(MemorySegment.ofArray(good));
        strip.set(ValueLayout.JAVA_SHORT_UNALIGNED, 2 + PAIR5.bytes() + 2 * 9, (short) 0x3ff);
        refused("block 1, row 9: mask 0x3ff keeps 10 weights, N8 keeps 8",
                () -> StripRows.unpack(strip, 0, 32));
    }
}
