package dev.skein.ffi.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What the bytes of a query mean. */
final class Info {

    private Info() {}

    /** Text up to its terminating zero, without surrounding blanks. */
    static String text(byte[] value) {
        int length = 0;
        while (length < value.length && value[length] != 0) {
            length++;
        }
        return new String(value, 0, length, StandardCharsets.UTF_8).strip();
    }

    /** {@code cl_uint} unsigned, {@code cl_bool}, {@code cl_ulong} and {@code size_t}. */
    static long number(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return switch (value.length) {
            case Integer.BYTES -> Integer.toUnsignedLong(buffer.getInt());
            case Long.BYTES -> buffer.getLong();
            default -> throw new IllegalArgumentException(
                    value.length + " bytes are no number of OpenCL");
        };
    }
}
