package dev.skein.compiler.frontend;

import static dev.skein.compiler.frontend.GgufBuilder.ARRAY;
import static dev.skein.compiler.frontend.GgufBuilder.BOOL;
import static dev.skein.compiler.frontend.GgufBuilder.STRING;
import static dev.skein.compiler.frontend.GgufBuilder.UINT32;
import static dev.skein.compiler.frontend.GgufBuilder.UINT64;
import static dev.skein.compiler.frontend.GgufBuilder.UINT8;
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
class MalformedGgufTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource({"headers", "metadata", "keys", "tensors", "truncations"})
    void isRefusedInOneLine(String rule, byte[] file, long offset, String field, String found) {
        FormatException e = assertThrows(FormatException.class,
                () -> GgufFile.ofBytes("bad.gguf", file), rule);
        assertEquals(offset, e.offset(), e.getMessage());
        assertEquals(field, e.field(), e.getMessage());
        assertTrue(e.found().contains(found), e.getMessage());
        assertTrue(e.getMessage().startsWith(offset < 0 ? "bad.gguf: " + field
                : "bad.gguf: offset " + offset + ": "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] whole = GgufBuilder.sample();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(FormatException.class, () -> GgufFile.ofBytes("cut", cut),
                    "cut at " + length);
        }
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                bad("empty file", new byte[0], 0, "magic", "no \"GGUF\""),
                bad("other magic", new GgufBuilder().magic("GGML").build(), 0, "magic", "no"),
                bad("three bytes", new byte[] {'G', 'G', 'U'}, 0, "magic", "no"),
                bad("version 0", new GgufBuilder().version(0).build(), 4, "version", "0"),
                bad("version 1", new GgufBuilder().version(1).build(), 4, "version", "1"),
                bad("version 4", new GgufBuilder().version(4).build(), 4, "version", "4"),
                bad("version 2^32 - 1", new GgufBuilder().version(-1).build(), 4, "version",
                        "4294967295"),
                bad("big-endian", new GgufBuilder().version(3L << 24).build(), 4, "version",
                        "big-endian"),
                bad("too many tensors", new GgufBuilder().tensorCount(1 << 20).build(), 8,
                        "tensor_count", "1048576"),
                bad("negative tensor count", new GgufBuilder().tensorCount(-1).build(), 8,
                        "tensor_count", "18446744073709551615"),
                bad("more tensors than bytes", new GgufBuilder().tensorCount(3).data(48).build(),
                        8, "tensor_count", "3"),
                bad("too many keys", new GgufBuilder().entryCount(5000).build(), 16,
                        "metadata_kv_count", "5000"),
                bad("negative key count", new GgufBuilder().entryCount(Long.MIN_VALUE).build(),
                        16, "metadata_kv_count", "9223372036854775808"),
                bad("more keys than bytes", new GgufBuilder().entryCount(2).u32("a", 1).build(),
                        16, "metadata_kv_count", "2"));
    }

    static Stream<Arguments> metadata() {
        return Stream.of(
                entry("empty key", key("").u32(UINT32).u32(0), 24, "key", "empty"),
                entry("key length beyond file", new LittleEndian().u64(1000).raw("abcdefgh"),
                        32, "key", "1000 bytes"),
                entry("key length 2^63", new LittleEndian().u64(Long.MIN_VALUE).raw("abcdefgh"),
                        24, "key length", "9223372036854775808"),
                entry("key above the limit", new LittleEndian().u64(70000).raw("abcdefgh"), 24,
                        "key length", "70000"),
                entry("key not UTF-8", new LittleEndian().u64(2).raw((byte) 0xc3, (byte) 0x28)
                        .u32(UINT32).u32(0), 32, "key", "not UTF-8"),
                entry("key a surrogate", new LittleEndian().u64(3)
                        .raw((byte) 0xed, (byte) 0xa0, (byte) 0x80).u32(UINT32), 32, "key",
                        "not UTF-8"),
                entry("key overlong", new LittleEndian().u64(2).raw((byte) 0xc0, (byte) 0x80)
                        .u32(UINT32).u32(0), 32, "key", "not UTF-8"),
                bad("duplicate key", new GgufBuilder().u32("a", 1).u32("a", 2).build(), 41,
                        "key", "a"),
                entry("value type 13", key("a").u32(13).u32(0), 33, "a type", "13"),
                entry("value type 2^32 - 1", key("a").u32(-1).u32(0), 33, "a type", "4294967295"),
                entry("bool 2", key("a").u32(BOOL).u8(2), 37, "a", "2"),
                entry("u64 beyond long", key("a").u32(UINT64).u64(-1), 37, "a",
                        "18446744073709551615"),
                entry("value cut off", key("a").u32(UINT64).u32(0), 37, "a", "8 bytes"),
                entry("string beyond file", key("a").u32(STRING).u64(99).raw("x"), 45, "a",
                        "99 bytes"),
                entry("string above the limit", key("a").u32(STRING).u64(1L << 40), 37,
                        "a length", "1099511627776"),
                entry("string not UTF-8", key("a").u32(STRING).u64(1).u8(0xff), 45, "a",
                        "not UTF-8"),
                entry("array of arrays", key("a").u32(ARRAY).u32(ARRAY).u64(0), 37,
                        "a element type", "an array of arrays"),
                entry("array element type", key("a").u32(ARRAY).u32(99).u64(0), 37,
                        "a element type", "99"),
                entry("array above the limit", key("a").u32(ARRAY).u32(UINT8).u64(1L << 33), 41,
                        "a count", "8589934592"),
                entry("array count negative", key("a").u32(ARRAY).u32(UINT8).u64(-1), 41,
                        "a count", "18446744073709551615"),
                entry("array beyond file", key("a").u32(ARRAY).u32(UINT32).u64(3).u64(0), 41,
                        "a count", "3"),
                entry("strings beyond file", key("a").u32(ARRAY).u32(STRING).u64(2).u64(0), 41,
                        "a count", "2"),
                entry("bool in array", key("a").u32(ARRAY).u32(BOOL).u64(2).u8(1).u8(9), 50, "a",
                        "9"),
                entry("string in array not UTF-8", key("a").u32(ARRAY).u32(STRING).u64(1).u64(1)
                        .u8(0x80), 57, "a", "not UTF-8"));
    }

    /** These name the key alone. */
    static Stream<Arguments> keys() {
        String key = "general.alignment";
        return Stream.of(
                entry("split model", key("split.count").u32(UINT32).u32(3), -1, "split.count",
                        "one part of 3"),
                entry("alignment 0", key(key).u32(UINT32).u32(0), -1, key, "0"),
                entry("alignment 48", key(key).u32(UINT32).u32(48), -1, key, "48"),
                entry("alignment 2^20", key(key).u32(UINT32).u32(1 << 20), -1, key, "1048576"),
                entry("alignment a string", key(key).u32(STRING).string("32"), -1, key, "32"));
    }

    static Stream<Arguments> tensors() {
        return Stream.of(
                bad("empty name", row(new GgufBuilder(), "", 0, 0, 1), 24, "tensor name",
                        "empty"),
                bad("name above the limit", row(new GgufBuilder(), "x".repeat(1025), 0, 0, 1),
                        24, "tensor name length", "1025"),
                bad("name not UTF-8", new GgufBuilder().row(new LittleEndian().u64(1).u8(0xfe)
                        .u32(0).u32(0).u64(0)).data(32).build(), 32, "tensor name", "not UTF-8"),
                bad("duplicate tensor", row(new GgufBuilder().row("t", 0, 0, 1), "t", 0, 32, 1),
                        57, "tensor name", "t"),
                bad("five dimensions", row(new GgufBuilder(), "t", 0, 0, 1, 1, 1, 1, 1), 33,
                        "tensor t n_dims", "5"),
                bad("2^32 - 1 dimensions", new GgufBuilder().row(new LittleEndian().string("t")
                        .u32(-1).u64(0).u64(0)).data(32).build(), 33, "tensor t n_dims",
                        "4294967295"),
                bad("extent 0", row(new GgufBuilder(), "t", 0, 0, 4, 0), 45, "tensor t ne[1]",
                        "0"),
                bad("extent negative", row(new GgufBuilder(), "t", 0, 0, -4), 37,
                        "tensor t ne[0]", "18446744073709551612"),
                bad("product overflows", row(new GgufBuilder(), "t", 0, 0, 1L << 32, 1L << 32),
                        45, "tensor t ne[1]", "4294967296"),
                bad("bytes overflow", row(new GgufBuilder(), "t", 0, 0, 1L << 62), 33,
                        "tensor t", "4611686018427387904"),
                bad("type IQ4_NL", row(new GgufBuilder(), "t", 20, 0, 32), 45, "tensor t type",
                        "ggml type 20"),
                bad("type withdrawn", row(new GgufBuilder(), "t", 4, 0, 32), 45, "tensor t type",
                        "ggml type 4"),
                bad("type 2^32 - 1", row(new GgufBuilder(), "t", -1, 0, 32), 45, "tensor t type",
                        "ggml type 4294967295"),
                bad("part of a block", row(new GgufBuilder(), "t", 8, 0, 33), 33,
                        "tensor t ne[0]", "33"),
                bad("row not of whole blocks", row(new GgufBuilder(), "t", 8, 0, 16, 2), 33,
                        "tensor t ne[0]", "16"),
                bad("part of a super-block", row(new GgufBuilder(), "t", 12, 0, 128), 33,
                        "tensor t ne[0]", "128"),
                bad("offset not aligned", row(new GgufBuilder(), "t", 0, 16, 1), 49,
                        "tensor t offset", "16"),
                bad("offset beyond data", row(new GgufBuilder(), "t", 0, 64, 1), 49,
                        "tensor t offset", "4 bytes from 64"),
                bad("offset 2^64 - 32", row(new GgufBuilder(), "t", 0, -32, 1), 49,
                        "tensor t offset", "from 18446744073709551584"),
                bad("data cut short", row(new GgufBuilder(), "t", 0, 0, 17), 49,
                        "tensor t offset", "68 bytes from 0"),
                bad("no data at all", new GgufBuilder().row("t", 0, 0, 1).build(), 49,
                        "tensor t offset", "4 bytes from 0"),
                bad("tensors overlap", row(new GgufBuilder().row("s", 0, 0, 9), "t", 0, 32, 1),
                        128, "tensor t", "data inside that of s"),
                bad("tensors coincide", row(new GgufBuilder().row("s", 0, 0, 1), "t", 0, 0, 1),
                        96, "tensor t", "data inside that of s"));
    }

    static Stream<Arguments> truncations() {
        byte[] whole = GgufBuilder.sample();
        return Stream.of(
                bad("cut in the magic", Arrays.copyOf(whole, 2), 0, "magic", "no"),
                bad("cut in the version", Arrays.copyOf(whole, 6), 4, "version", "4 bytes"),
                bad("cut in the count", Arrays.copyOf(whole, 12), 8, "tensor_count", "8 bytes"),
                bad("cut in the key count", Arrays.copyOf(whole, 20), 16, "metadata_kv_count",
                        "8 bytes"));
    }

    private static LittleEndian key(String name) {
        return new LittleEndian().string(name);
    }

    private static Arguments entry(String rule, LittleEndian entry, long offset, String field,
            String found) {
        return bad(rule, new GgufBuilder().entry(entry).build(), offset, field, found);
    }

    /** 64 bytes of data follow. */
    private static byte[] row(GgufBuilder builder, String name, int type, long offset,
            long... ne) {
        return builder.row(name, type, offset, ne).data(64).build();
    }

    private static Arguments bad(String rule, byte[] file, long offset, String field,
            String found) {
        return Arguments.of(rule, file, offset, field, found);
    }
}
