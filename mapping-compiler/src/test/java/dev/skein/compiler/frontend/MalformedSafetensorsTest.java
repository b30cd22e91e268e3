package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One broken rule a file; the message names the field and where it stands. */
class MalformedSafetensorsTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "json", "entries", "layouts"})
    void isRefusedInOneLine(String rule, byte[] file, long offset, String field, String found) {
        FormatException e = assertThrows(FormatException.class, () -> open(file), rule);
        assertEquals(field, e.field(), e.getMessage());
        assertEquals(offset, e.offset(), e.getMessage());
        assertTrue(e.found().contains(found), e.getMessage());
        assertTrue(e.getMessage().startsWith("bad.safetensors: offset " + offset + ": "),
                e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = SafetensorsFileTest.sample();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(FormatException.class, () -> open(cut), "cut at " + length);
        }
    }

    static Stream<Arguments> lengths() {
        return Stream.of(
                bad("empty file", new byte[0], 0, "header length", "8 bytes"),
                bad("seven bytes", new byte[7], 0, "header length", "8 bytes"),
                bad("length 0", length(0, "{}"), 0, "header length", "0"),
                bad("length 1", length(1, "{}"), 0, "header length", "1"),
                bad("length beyond file", length(3, "{}"), 0, "header length", "3"),
                bad("length 2^63", length(Long.MIN_VALUE, "{}"), 0, "header length",
                        "9223372036854775808"),
                bad("length above the limit", length(100_000_001, "{}"), 0, "header length",
                        "100000001"),
                bad("not an object", header("[1]"), 8, "header", "["),
                bad("space first", header(" {}"), 8, "header", " "),
                bad("not UTF-8", new LittleEndian().u64(3).u8('{').u8(0xff).u8('}').bytes(), 8,
                        "header", "not UTF-8"));
    }

    static Stream<Arguments> json() {
        return Stream.of(
                bad("cut off", header("{\"a\":"), 13, "header", "end-of-input"),
                bad("two objects", header("{}{}"), 10, "header", "{"),
                bad("trailing text", header("{} x"), 11, "header", "Unrecognized token"),
                bad("comma missing", header("{\"__metadata__\":{} \"a\":{}}"), 27, "header",
                        "expecting comma"),
                bad("comment", header("{/**/}"), 9, "header", "'/'"),
                bad("deep nesting", header("{\"a\":" + "{\"a\":".repeat(100)), 14, "tensor a", "a"),
                bad("control character", header("{\"a\n\":{}}"), 11, "header", "CTRL-CHAR"),
                bad("metadata a number", header("{\"__metadata__\":{\"x\":1}}"), 29,
                        "__metadata__.x", "1"),
                bad("metadata twice", header("{\"__metadata__\":{},\"__metadata__\":{}}"), 27,
                        "header", "__metadata__"),
                bad("metadata key twice", header("{\"__metadata__\":{\"x\":\"\",\"x\":\"\"}}"), 36,
                        "__metadata__", "x"),
                bad("metadata an array", header("{\"__metadata__\":[]}"), 24, "__metadata__",
                        "["));
    }

    static Stream<Arguments> entries() {
        return Stream.of(
                bad("entry a string", header("{\"t\":\"F32\"}"), 13, "tensor t", "F32"),
                bad("empty name", header("{\"\":{}}"), 9, "header", "an empty name"),
                bad("no dtype", header("{\"t\":{\"shape\":[],\"data_offsets\":[0,0]}}"), 13,
                        "tensor t",
                        "no dtype"),
                bad("no shape", header("{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}"), 13,
                        "tensor t", "no shape"),
                bad("no offsets", header("{\"t\":{\"dtype\":\"F32\",\"shape\":[0]}}"), 13,
                        "tensor t",
                        "no data_offsets"),
                bad("unknown member", header("{\"t\":{\"strides\":[1]}}"), 14, "tensor t",
                        "strides"),
                bad("dtype twice", header("{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}"), 28,
                        "tensor t", "dtype"),
                bad("unknown dtype", entry("\"F31\"", "[1]", "[0,4]", 4), 22, "tensor t dtype",
                        "F31"),
                bad("dtype in lower case", entry("\"f32\"", "[1]", "[0,4]", 4), 22,
                        "tensor t dtype",
                        "f32"),
                bad("dtype of GGUF", entry("\"Q4_0\"", "[32]", "[0,18]", 18), 22, "tensor t dtype",
                        "Q4_0"),
                bad("dtype a number", entry("32", "[1]", "[0,4]", 4), 22, "tensor t dtype", "32"),
                bad("shape a number", entry("\"F32\"", "1", "[0,4]", 4), 36, "tensor t shape", "1"),
                bad("shape negative", entry("\"F32\"", "[-1]", "[0,4]", 4), 37, "tensor t shape",
                        "-1"),
                bad("shape a float", entry("\"F32\"", "[1.5]", "[0,4]", 4), 37, "tensor t shape",
                        "1.5"),
                bad("shape 2^64", entry("\"F32\"", "[18446744073709551616]", "[0,4]", 4), 37,
                        "tensor t shape", "18446744073709551616"),
                bad("number of 40 digits", entry("\"F32\"", "[" + "9".repeat(40) + "]", "[0,4]",
                        4), 37, "tensor t shape", "99999"),
                bad("nine dimensions", entry("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]", 4), 53,
                        "tensor t shape", "more than 8 elements"),
                bad("one offset", entry("\"F32\"", "[1]", "[4]", 4), 13, "tensor t data_offsets",
                        "[4]"),
                bad("three offsets", entry("\"F32\"", "[1]", "[0,4,4]", 4), 60,
                        "tensor t data_offsets",
                        "more than 2"),
                bad("name above the limit", header("{\"" + "x".repeat(1025) + "\":{}}"), 1037,
                        "header", "xxx"));
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                bad("end before begin", entry("\"F32\"", "[1]", "[4,0]", 4), 13,
                        "tensor t data_offsets", "[4, 0]"),
                bad("end beyond file", entry("\"F32\"", "[2]", "[0,8]", 4), 13,
                        "tensor t data_offsets", "[0, 8]"),
                bad("shape overflows", entry("\"F32\"", "[4294967296,4294967296]", "[0,4]", 4),
                        13, "tensor t shape", "4294967296"),
                bad("bytes overflow", entry("\"F32\"", "[4611686018427387904]", "[0,4]", 4), 13,
                        "tensor t shape", "4611686018427387904"),
                bad("bytes unlike shape", entry("\"F16\"", "[1]", "[0,4]", 4), 13,
                        "tensor t data_offsets", "[0, 4]"),
                bad("hole before", entry("\"F32\"", "[1]", "[4,8]", 8), 62, "tensor t data_offsets",
                        "4 bytes"),
                bad("bytes after", entry("\"F32\"", "[1]", "[0,4]", 8), 66, "data", "4 bytes"),
                bad("name twice", file("{" + member("t", 0, 4) + "," + member("t", 4, 8) + "}", 8),
                        62, "header", "t"),
                bad("overlap", file("{" + member("s", 0, 4) + "," + member("t", 0, 4) + "}", 4),
                        115, "tensor t", "inside that of s"),
                bad("hole between", file("{" + member("s", 0, 4) + "," + member("t", 8, 12)
                        + "}", 12), 120, "tensor t data_offsets", "4 bytes"));
    }

    static SafetensorsFile open(byte[] file) {
        return SafetensorsFile.open(MappedFile.ofBytes("bad.safetensors", file),
                ReaderLimits.DEFAULT);
    }

    static byte[] file(String header, int dataBytes) {
        return new LittleEndian().string(header).raw(new byte[dataBytes]).bytes();
    }

    private static byte[] header(String text) {
        return file(text, 0);
    }

    private static byte[] length(long length, String text) {
        return new LittleEndian().u64(length).raw(text).bytes();
    }

    /** A float of one element. */
    private static String member(String name, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private static byte[] entry(String dtype, String shape, String offsets, int dataBytes) {
        return file("{\"t\":{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":"
                + offsets + "}}", dataBytes);
    }

    private static Arguments bad(String rule, byte[] file, long offset, String field,
            String found) {
        return Arguments.of(rule, file, offset, field, found);
    }
}
