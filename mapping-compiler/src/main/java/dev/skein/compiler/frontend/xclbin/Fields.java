package dev.skein.compiler.frontend.xclbin;

import dev.skein.compiler.frontend.FormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Little-endian fields of a file, each read only after its bytes are known to be there.
 *
 * @param file as the user named it
 * @param bytes all of it
 */
record Fields(String file, ByteBuffer bytes) {
    static final String LINK_AGAIN =
            "copy the file again, or link it again with v++ or 'skein vitis'";

    /** Takes a view of its own. */
    Fields {
        bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    int size() {
        return bytes.limit();
    }

    FormatException bad(long offset, String field, Object found, String rule) {
        return new FormatException(file, offset, field, found, rule, LINK_AGAIN);
    }

    /** The offset, if that many bytes from it are in the file. */
    private int in(long offset, int length, String field) {
        if (offset < 0 || offset > size() - (long) length) {
            throw bad(offset, field, length + " bytes", "only "
                    + Math.max(0, size() - offset) + " remain in the file");
        }
        return (int) offset;
    }

    int u8(long offset, String field) {
        return bytes.get(in(offset, 1, field)) & 0xff;
    }

    int u16(long offset, String field) {
        return bytes.getShort(in(offset, 2, field)) & 0xffff;
    }

    int i32(long offset, String field) {
        return bytes.getInt(in(offset, 4, field));
    }

    long i64(long offset, String field) {
        return bytes.getLong(in(offset, 8, field));
    }

    /** A number within bounds. */
    int ranged(long offset, int value, String field, int low, int high) {
        if (value < low || value > high) {
            throw bad(offset, field, value, "it is " + low + " to " + high);
        }
        return value;
    }

    /** Sixteen bytes in the order in which they are written. */
    UUID uuid(long offset, String field) {
        ByteBuffer big = bytes.duplicate().order(ByteOrder.BIG_ENDIAN);
        int at = in(offset, 16, field);
        return new UUID(big.getLong(at), big.getLong(at + 8));
    }

    /** Printable ASCII up to a zero byte or the end of the field. */
    String text(long offset, int length, String field, boolean zeroNeeded) {
        int at = in(offset, length, field);
        var out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int c = bytes.get(at + i) & 0xff;
            if (c == 0) {
                return out.toString();
            }
            if (c < 0x20 || c > 0x7e) {
                throw bad(offset, field, "byte 0x" + Integer.toHexString(c) + " at its place "
                        + i, "it is printable ASCII and ends with a zero byte");
            }
            out.append((char) c);
        }
        if (zeroNeeded) {
            throw bad(offset, field, out, "it ends with a zero byte within " + length + " bytes");
        }
        return out.toString();
    }

    /** Strict UTF-8 of a section, without zero bytes at its end. */
    String utf8(long offset, long length, String field, int limit) {
        if (length > limit) {
            throw bad(offset, field, length + " bytes", "at most " + limit + " are accepted");
        }
        int at = in(offset, (int) length, field);
        int end = at + (int) length;
        while (end > at && bytes.get(end - 1) == 0) {
            end--;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.slice(at, end - at))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad(offset, field, "bytes that are not UTF-8", "it is text in UTF-8");
        }
    }
}
