package dev.skein.hls.number;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockFormatTest {
    private static final Path VECTORS =
            Path.of("../../shared/data/vectors/ggml-quant/ggml_quant_blocks.jsonl");

    /** Rows of ggml that this table leaves out on purpose. */
    private static final Pattern LEFT_OUT = Pattern.compile("iq.*|tq.*|input");

    @Test
    void decodesEveryRecordedBlockToTheByte() throws IOException {
        int rows = 0;
        for (Map<String, String> row : vectors()) {
            if (LEFT_OUT.matcher(row.get("type")).matches()) {
                continue;
            }
            BlockFormat format = BlockFormat.ofName(row.get("type")).orElseThrow();
            byte[] blocks = HexFormat.of().parseHex(row.get("bytes"));
            float[] values = new float[256];
            format.decode(blocks, 0, values, 0, blocks.length / format.blockBytes());
            assertArrayEquals(HexFormat.of().parseHex(row.get("dequantF32le")), bytes(values),
                    format.name());
            rows++;
        }
        assertEquals(9, rows, "q4_0 q4_1 q5_0 q8_0 q2_K q3_K q4_K q5_K q6_K");
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void encodesTheRecordedInputToTheByte(BlockFormat format) throws IOException {
        byte[] expected = null;
        float[] input = new float[256];
        for (Map<String, String> row : vectors()) {
            if (row.get("type").equals("input")) {
                byte[] raw = HexFormat.of().parseHex(row.get("f32le"));
                BlockFormat.F32.decode(raw, 0, input, 0, 256);
            } else if (BlockFormat.ofName(row.get("type")).equals(Optional.of(format))) {
                expected = HexFormat.of().parseHex(row.get("bytes"));
            }
        }
        byte[] blocks = new byte[(int) format.bytes(256)];
        format.encode(input, 0, blocks, 0, 256 / format.blockElements());
        assertArrayEquals(expected, blocks);
    }

    @Test
    void q51FollowsItsDefinition() {
        // Not among the recorded rows: d = 0.5, m = -2, elements 0..31 hold 0..31.
        byte[] block = new byte[24];
        Floats.putHalf(block, 0, 0.5f);
        Floats.putHalf(block, 2, -2f);
        for (int j = 0; j < 16; j++) {
            block[8 + j] = (byte) (j | j << 4);
        }
        block[6] = (byte) 0xff;
        block[7] = (byte) 0xff;
        float[] values = new float[32];
        BlockFormat.Q5_1.decode(block, 0, values, 0, 1);
        for (int i = 0; i < 32; i++) {
            assertEquals(i * 0.5f - 2, values[i], "element " + i);
        }
    }

    @Test
    void everyHalfAndBfloatSurvivesTheRoundTrip() {
        for (BlockFormat format : new BlockFormat[] {BlockFormat.F16, BlockFormat.BF16}) {
            byte[] all = new byte[2 << 16];
            for (int i = 0; i < 1 << 16; i++) {
                all[2 * i] = (byte) i;
                all[2 * i + 1] = (byte) (i >> 8);
            }
            float[] values = new float[1 << 16];
            format.decode(all, 0, values, 0, values.length);
            byte[] again = new byte[all.length];
            format.encode(values, 0, again, 0, values.length);
            for (int i = 0; i < 1 << 16; i++) {
                if (!Float.isNaN(values[i])) {
                    assertEquals(all[2 * i], again[2 * i], format + " " + i);
                    assertEquals(all[2 * i + 1], again[2 * i + 1], format + " " + i);
                }
            }
        }
    }

    @Test
    void bfloatRoundsToNearestEven() {
        assertEquals((short) 0x3f80, Floats.toBf16(Float.intBitsToFloat(0x3f808000)));
        assertEquals((short) 0x3f82, Floats.toBf16(Float.intBitsToFloat(0x3f818000)));
        assertEquals((short) 0x3f81, Floats.toBf16(Float.intBitsToFloat(0x3f808001)));
        assertEquals((short) 0x7f80, Floats.toBf16(Float.MAX_VALUE));
        assertEquals((short) 0x7fc0, Floats.toBf16(Float.intBitsToFloat(0x7f800001)));
    }

    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q4_0"})
    void encodingErrsByLessThanAStep(BlockFormat format) {
        long seed = 20260101;
        Random random = new Random(seed);
        float[] values = new float[32 * 100];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, i / 320 - 5));
        }
        byte[] blocks = new byte[(int) format.bytes(values.length)];
        format.encode(values, 0, blocks, 0, values.length / 32);
        float[] again = new float[values.length];
        format.decode(blocks, 0, again, 0, values.length / 32);
        int steps = format == BlockFormat.Q8_0 ? 127 : 8;
        for (int i = 0; i < values.length; i++) {
            float extreme = 0;
            for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++) {
                extreme = Math.max(extreme, Math.abs(values[j]));
            }
            // Half a step of rounding (a whole one at Q4_0's clipped end), and the half scale's
            // own 2^-11 or, below 6e-5, its subnormal step of 2^-24 at every quant.
            float step = extreme / steps;
            float bound = step * (steps == 8 ? 1f : 0.5f) + extreme / 1024 + steps * 0x1p-24f;
            assertTrue(Math.abs(values[i] - again[i]) <= bound, "seed " + seed + " element " + i
                    + ": " + values[i] + " became " + again[i] + ", bound " + bound);
        }
    }

    @Test
    void zeroBlocksStayZero() {
        for (BlockFormat format : new BlockFormat[] {BlockFormat.Q8_0, BlockFormat.Q4_0}) {
            byte[] blocks = new byte[format.blockBytes()];
            format.encode(new float[32], 0, blocks, 0, 1);
            float[] again = new float[32];
            format.decode(blocks, 0, again, 0, 1);
            for (float value : again) {
                assertEquals(0f, Math.abs(value));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void segmentsDecodeAsArraysDo(BlockFormat format) {
        if (!format.decodable()) {
            byte[] one = new byte[8];
            assertThrows(IllegalArgumentException.class,
                    () -> format.decode(one, 0, new float[1], 0, 1));
            return;
        }
        long seed = format.ordinal();
        int blocks = 40_000 / format.blockBytes();
        byte[] raw = new byte[blocks * format.blockBytes()];
        new Random(seed).nextBytes(raw);
        float[] expected = new float[blocks * format.blockElements() + 3];
        format.decode(raw, 0, expected, 3, blocks);
        float[] actual = new float[expected.length];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = arena.allocate(raw.length + 1);
            MemorySegment.copy(MemorySegment.ofArray(raw), 0, segment, 1, raw.length);
            format.decode(segment, 1, actual, 3, blocks);
        }
        // As floats: the payload of a NaN is the processor's choice.
        assertArrayEquals(expected, actual, "seed " + seed);
    }

    @Test
    void tableIsConsistent() {
        for (BlockFormat format : BlockFormat.values()) {
            format.ggmlType().ifPresent(type ->
                    assertEquals(format, BlockFormat.ofGgmlType(type).orElseThrow()));
            assertEquals(format, BlockFormat.ofName(format.name()).orElseThrow());
            assertEquals(format.blockBytes(), format.bytes(format.blockElements()));
            assertEquals(format.decodable(), format.kind() != BlockFormat.Kind.RAW);
        }
        assertTrue(BlockFormat.ofGgmlType(-1).isEmpty());
        assertTrue(BlockFormat.ofGgmlType(4).isEmpty(), "Q4_2 was withdrawn");
        assertEquals(4.5, BlockFormat.Q4_K.bitsPerElement());
    }

    @Test
    void badRangesAreRefused() {
        float[] values = new float[32];
        byte[] block = new byte[34];
        assertThrows(IllegalArgumentException.class, () -> BlockFormat.Q8_0.bytes(33));
        assertThrows(IllegalArgumentException.class, () -> BlockFormat.Q8_0.bytes(-32));
        assertThrows(ArithmeticException.class, () -> BlockFormat.F32.bytes(Long.MAX_VALUE));
        assertThrows(IndexOutOfBoundsException.class,
                () -> BlockFormat.Q8_0.decode(block, 1, values, 0, 1));
        assertThrows(IndexOutOfBoundsException.class,
                () -> BlockFormat.Q8_0.decode(block, 0, values, 1, 1));
        assertThrows(IndexOutOfBoundsException.class,
                () -> BlockFormat.Q8_0.encode(values, 0, block, 1, 1));
        assertThrows(IllegalArgumentException.class,
                () -> BlockFormat.Q6_K.encode(values, 0, block, 0, 1));
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer.array();
    }

    /** The recorded rows as flat string maps; skips the test where the data is absent. */
    private static Iterable<Map<String, String>> vectors() throws IOException {
        assumeTrue(Files.isRegularFile(VECTORS), "needs " + VECTORS);
        Pattern field = Pattern.compile("\"(\\w+)\":\"?([^\",}]*)");
        return Files.readAllLines(VECTORS).stream().map(line -> {
            Map<String, String> row = new HashMap<>();
            Matcher matcher = field.matcher(line);
            while (matcher.find()) {
                row.put(matcher.group(1), matcher.group(2));
            }
            return row;
        }).toList();
    }
}
