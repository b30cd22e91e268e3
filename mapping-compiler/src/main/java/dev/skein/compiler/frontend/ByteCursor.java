package dev.skein.compiler.frontend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads little-endian fields in order; no field is read before its bytes are known to be there. */
final class ByteCursor {
    static final String FETCH_AGAIN = "the file is cut short or damaged: fetch it again";
    static final String CONVERT_AGAIN = "convert the model again with a current tool";

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String file;
    private final MemorySegment bytes;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private long position;

    ByteCursor(MappedFile file, long position) {
        this.file = file.name();
        this.bytes = file.bytes();
        this.position = position;
    }

    /** The file's name, for messages. */
    String file() {
        return file;
    }

    /** Offset of the next field, in bytes. */
    long position() {
        return position;
    }

    /** Bytes from here to the end of the file. */
    long remaining() {
        return bytes.byteSize() - position;
    }

    /** A failure of the field at {@code offset}. */
    FormatException bad(long offset, String field, Object found, String rule, String remedy) {
        return new FormatException(file, offset, field, found, rule, remedy);
    }

    /** Refuses a length, unsigned, beyond the bytes that remain. */
    void require(long length, String field) {
        if (length < 0 || length > remaining()) {
            throw bad(position, field, Long.toUnsignedString(length) + " bytes",
                    "only " + remaining() + " remain", FETCH_AGAIN);
        }
    }

    /** Passes over bytes that need no look. */
    void skip(long length, String field) {
        require(length, field);
        position += length;
    }

    int u8(String field) {
        require(1, field);
        return bytes.get(ValueLayout.JAVA_BYTE, position++) & 0xff;
    }

    int u16(String field) {
        require(2, field);
        position += 2;
        return bytes.get(SHORT, position - 2) & 0xffff;
    }

    int i32(String field) {
        require(4, field);
        position += 4;
        return bytes.get(INT, position - 4);
    }

    long u32(String field) {
        return Integer.toUnsignedLong(i32(field));
    }

    /** All 64 bits, as they are. */
    long i64(String field) {
        require(8, field);
        position += 8;
        return bytes.get(LONG, position - 8);
    }

    /** An unsigned count; one above {@code limit} is refused. */
    long count(String field, long limit) {
        long at = position;
        long count = i64(field);
        if (count < 0 || count > limit) {
            throw bad(at, field, Long.toUnsignedString(count), "at most " + limit
                    + " are accepted", FETCH_AGAIN);
        }
        return count;
    }

    /** A string of GGUF: an unsigned 64-bit length up to {@code limit}, then UTF-8. */
    String string(String field, long limit) {
        return utf8(field, count(field + " length", limit));
    }

    /** Strict UTF-8 of a known length, which the caller has bounded. */
    String utf8(String field, long length) {
        require(length, field);
        byte[] raw = new byte[(int) length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, position, raw, 0, raw.length);
        try {
            String text = utf8.decode(ByteBuffer.wrap(raw)).toString();
            position += length;
            return text;
        } catch (CharacterCodingException e) {
            throw bad(position, field, "bytes that are not UTF-8", "text must be UTF-8",
                    CONVERT_AGAIN);
        }
    }
}
