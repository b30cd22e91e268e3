package dev.skein.compiler.frontend;

import static dev.skein.compiler.frontend.Hdf5Builder.ATTRIBUTE;
import static dev.skein.compiler.frontend.Hdf5Builder.DATASPACE;
import static dev.skein.compiler.frontend.Hdf5Builder.LINK;
import static dev.skein.compiler.frontend.Hdf5Builder.LINK_INFO;
import static dev.skein.compiler.frontend.Hdf5Builder.attribute;
import static dev.skein.compiler.frontend.Hdf5Builder.dims;
import static dev.skein.compiler.frontend.Hdf5Builder.format;
import static dev.skein.compiler.frontend.Hdf5Builder.integer;
import static dev.skein.compiler.frontend.Hdf5Builder.layout;
import static dev.skein.compiler.frontend.Hdf5Builder.message;
import static dev.skein.compiler.frontend.Hdf5Builder.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One broken rule a file; the message names the object or field and where it stands. */
class MalformedHdf5Test {

    @Test
    void theBuilderBuildsValidFiles() {
        try (Hdf5Model model = open(new Hdf5Builder().build())) {
            assertArrayEquals(new float[] {1, 2}, model.readAll("w"));
            assertEquals("{}", new String(model.file("config.json").orElseThrow()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"superblocks", "headers", "messages", "layouts", "models", "tensors"})
    void isRefusedInOneLine(String rule, byte[] file, long offset, String field, String found) {
        FormatException e = assertThrows(FormatException.class, () -> open(file), rule);
        assertEquals(field, e.field(), e.getMessage());
        assertEquals(offset, e.offset(), e.getMessage());
        assertTrue(e.found().contains(found), e.getMessage());
        assertTrue(e.getMessage().startsWith("bad.h5: "), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void everyTruncationAndEveryFlippedHeaderBitIsRefused() {
        byte[] whole = new Hdf5Builder().build();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(FormatException.class, () -> open(cut), "cut at " + length);
        }
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            // Consistency flags are informative; the data section has no checksum.
            boolean flags = bit / 8 == 11;
            boolean data = bit / 8 >= 48 && bit / 8 < 58;
            if (!flags && !data) {
                byte[] flipped = whole.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                assertThrows(FormatException.class, () -> open(flipped), "bit " + bit);
            }
        }
    }

    static Stream<Arguments> superblocks() {
        return Stream.of(
                patched("other signature", 0, 'H', 0, "signature", "other bytes"),
                patched("superblock version 0", 8, 0, 8, "superblock version", "0"),
                patched("offsets of 4 bytes", 9, 4, 9, "size of offsets", "4"),
                patched("lengths of 16 bytes", 10, 16, 10, "size of lengths", "16"),
                patched("user block", 13, 2, 12, "base address", "512"),
                patched("superblock extension", 20, 0, 20, "superblock extension",
                        "18446744073709551360"),
                patched("end of file", 35, 0x7f, 28, "end of file address", "9151314442816848319"),
                rootAddress("root address 0", 0, -1, "/ address", "0"),
                rootAddress("root address in data", 48, 48, "/ object header", "no \"OHDR\""),
                rootAddress("root address beyond file", 1L << 40, -1, "/ address",
                        "1099511627776"),
                Arguments.of("checksum", flip(new Hdf5Builder().build(), 45), 44L,
                        "superblock checksum", "another sum"));
    }

    static Stream<Arguments> headers() {
        return Stream.of(
                header("header signature", 0, 'X', 0, "object header", "no \"OHDR\""),
                header("header version", 4, 1, 4, "object header version", "1"),
                header("header too large", 9, 0x7f, 6, "object header size", "21307"),
                Arguments.of("header checksum", flip(new Hdf5Builder().build(), -1),
                        (long) new Hdf5Builder().build().length - 4,
                        "/ object header checksum", "another sum"),
                header("message beyond header", 11, 0xff, 11, "message size", "255"),
                header("shared message", 13, 2, 13, "message flags", "2"),
                header("continuation", 10, 0x10, 10, "message type", "16"),
                header("external files", 10, 0x07, 10, "message type", "7"));
    }

    static Stream<Arguments> messages() {
        return Stream.of(
                tensor("nine dimensions", b -> b.space = dims(2, 1, 1, 1, 1, 1, 1, 1, 1), 38,
                        "dataspace", "9 dimensions"),
                tensor("dataspace version 3", b -> b.space[0] = 3, 38, "dataspace", "version 3"),
                tensor("dataspace cut short", b -> b.space = new byte[2], 38,
                        "dataspace message", "2 bytes"),
                tensor("extents cut short", b -> b.space = Arrays.copyOf(b.space, 8), 0,
                        "object header", ""),
                tensor("compound type", b -> b.type[0] = 0x16, 14, "datatype class", "6"),
                tensor("variable-length type", b -> b.type[0] = 0x19, 14, "datatype class", "9"),
                tensor("nested array type", b -> b.type[0] = 0x1a, 14, "datatype class", "10"),
                tensor("chunked data", b -> b.layout = new LittleEndian().u8(3).u8(2)
                        .raw(new byte[30]).bytes(), 54, "data layout", "class 2"),
                tensor("compact data", b -> b.layout = new LittleEndian().u8(3).u8(0).u16(8)
                        .raw(new byte[14]).bytes(), 54, "data layout", "class 0"),
                tensor("attribute version 1", b -> b.tensorMessages.add(message(ATTRIBUTE,
                        new LittleEndian().u8(1).raw(new byte[30]).bytes())), 76, "attribute",
                        "version 1"),
                tensor("attribute name beyond it", b -> b.tensorMessages.add(message(ATTRIBUTE,
                        new LittleEndian().u8(3).u8(0).u16(60000).u16(8).u16(4).u8(1).bytes())),
                        76, "attribute message", "9 bytes"),
                tensor("attribute type a reference", b -> b.tensorMessages.add(message(ATTRIBUTE,
                        attribute("format", new LittleEndian().u8(0x17).raw(new byte[7]).bytes(),
                                new byte[8]))), 92, "datatype class", "7"),
                tensor("two shapes", b -> b.tensorMessages.add(message(DATASPACE, dims(2))), 0,
                        "dataspace", "2 of them"),
                tensor("two formats", b -> {
                    b.tensorMessages.add(format("F32"));
                    b.tensorMessages.add(format("F32"));
                }, 0, "attribute format", "two of them"),
                tensor("format a number", b -> b.tensorMessages.add(message(ATTRIBUTE,
                        attribute("format", integer(4), new byte[4]))), 0, "attribute format",
                        "something else"));
    }

    static Stream<Arguments> layouts() {
        return Stream.of(
                tensor("data beyond file", b -> b.layout = layout(1 << 20, 8), 0,
                        "data address", "8 bytes from 1048576"),
                tensor("data address negative", b -> b.layout = layout(-9, 8), 0,
                        "object header", "-9"),
                tensor("data address undefined", b -> b.layout = layout(-1, 8), 0,
                        "data address", "18446744073709551615"),
                tensor("size unlike shape", b -> b.layout = layout(48, 12), 0, "data size",
                        "12"),
                tensor("extents overflow", b -> b.space = dims(1L << 32, 1L << 32), 0,
                        "dataspace", "4294967296"),
                tensor("bytes overflow", b -> b.space = dims(1L << 62), 0, "dataspace",
                        "4611686018427387904"),
                tensor("extent negative", b -> b.space = dims(-2), 0, "object header", ""),
                overlap("data in the superblock", b -> b.layout = layout(0, 8), 0,
                        "bytes inside"),
                overlap("tensor in a file", b -> b.storeConfigInTensor = true, 48,
                        "bytes inside"));
    }

    static Stream<Arguments> models() {
        return Stream.of(
                root("no version", b -> b.versionAttribute = null, "/ skein_model_version",
                        "none"),
                root("version 2", b -> b.versionAttribute = attribute("skein_model_version",
                        integer(4), new byte[] {2, 0, 0, 0}), "/ skein_model_version", "2"),
                root("version a text", b -> b.versionAttribute = attribute(
                        "skein_model_version", text(2), new byte[] {'1', 0}),
                        "/ attribute skein_model_version", "something else"),
                root("no model", b -> b.linkModel = false, "/ link", "no model"),
                root("links in a heap", b -> b.rootMessages.add(message(LINK_INFO,
                        new LittleEndian().u8(0).u8(0).u64(64).u64(64).bytes())), "/ link info",
                        "links in a heap"),
                rootMessage("soft link", message(LINK, new LittleEndian().u8(1).u8(8).u8(1)
                        .u8(1).raw("s").u16(2).raw("/x").u16(0).bytes()), "type 1"),
                rootMessage("external link", message(LINK, new LittleEndian().u8(1).u8(8).u8(64)
                        .u8(1).raw("s").u16(4).raw("\0a\0b").bytes()), "type 64"),
                built("name twice", b -> b.otherLink = "w", b -> b.groupAddress,
                        "/tensors link", "w"),
                built("object linked twice", b -> b.otherLink = "x", b -> b.tensorAddress,
                        "/tensors/x", "another link leads to"),
                built("group among tensors", b -> b.linkGroup = true, b -> b.tensorAddress,
                        "/tensors/w object", "a group"),
                built("file of 16 bits", b -> b.configType = integer(2), b -> 58,
                        "/model/config.json dataset", "16 bits"));
    }

    static Stream<Arguments> tensors() {
        return Stream.of(
                tensor("integers without a format", b -> b.type = integer(2), 0, "type",
                        "format not stated"),
                tensor("unknown format", b -> {
                    b.type = integer(1);
                    b.tensorMessages.add(format("Q9_9"));
                }, 0, "type", "format Q9_9"),
                tensor("format of another size", b -> {
                    b.type = integer(2);
                    b.tensorMessages.add(format("Q8_0"));
                }, 0, "type", "format Q8_0"),
                tensor("part of a block", b -> {
                    b.type = integer(1);
                    b.space = dims(8);
                    b.tensorMessages.add(format("Q8_0"));
                }, 0, "dataspace", "[8]"),
                tensor("big-endian floats", b -> b.type[1] = 0x21, 0, "type", "FloatingPoint"),
                tensor("float64", b -> {
                    b.type = new LittleEndian().u8(0x11).u8(0x20).u8(63).u8(0).u32(8).u16(0)
                            .u16(64).u8(52).u8(11).u8(0).u8(52).u32(1023).bytes();
                }, 0, "type", "of 8 bytes"));
    }

    static Hdf5Model open(byte[] file) {
        return Hdf5Model.open(MappedFile.ofBytes("bad.h5", file), ReaderLimits.DEFAULT);
    }

    private static Arguments built(String rule, Consumer<Hdf5Builder> change,
            ToLongFunction<Hdf5Builder> offset, String field, String found) {
        Hdf5Builder builder = new Hdf5Builder();
        change.accept(builder);
        byte[] file = builder.build();
        return Arguments.of(rule, file, offset.applyAsLong(builder), field, found);
    }

    /** {@code offset} counts from the tensor's object header. */
    private static Arguments tensor(String rule, Consumer<Hdf5Builder> change, int offset,
            String field, String found) {
        return built(rule, change, b -> b.tensorAddress + offset, "/tensors/w " + field, found);
    }

    private static Arguments overlap(String rule, Consumer<Hdf5Builder> change, long offset,
            String found) {
        return built(rule, change, b -> offset, "tensor w", found);
    }

    private static Arguments root(String rule, Consumer<Hdf5Builder> change, String field,
            String found) {
        return built(rule, change, b -> b.rootAddress, field, found);
    }

    /** A message at the end of the root's header. */
    private static Arguments rootMessage(String rule, byte[] message, String found) {
        long plainBytes = new Hdf5Builder().build().length;
        return built(rule, b -> b.rootMessages.add(message), b -> plainBytes, "/ link",
                found);
    }

    private static Arguments patched(String rule, int at, int value, long offset, String field,
            String found) {
        byte[] file = new Hdf5Builder().build();
        file[at] = (byte) value;
        return Arguments.of(rule, Hdf5Builder.repair(file), offset, field, found);
    }

    private static Arguments rootAddress(String rule, long address, long offset, String field,
            String found) {
        byte[] file = new Hdf5Builder().build();
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(36, address);
        return Arguments.of(rule, Hdf5Builder.repair(file), offset, field, found);
    }

    /** A byte of the root's object header, {@code at} and {@code offset} counted from it. */
    private static Arguments header(String rule, int at, int value, int offset, String field,
            String found) {
        Hdf5Builder builder = new Hdf5Builder();
        byte[] file = builder.build();
        file[(int) builder.rootAddress + at] = (byte) value;
        return Arguments.of(rule, Hdf5Builder.repair(file), builder.rootAddress + offset,
                "/ " + field, found);
    }

    /** Flips a bit behind the checksums' back; -1 is the last byte. */
    private static byte[] flip(byte[] file, int at) {
        file[at < 0 ? file.length + at : at] ^= 1;
        return file;
    }
}
