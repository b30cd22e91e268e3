package dev.skein.compiler.frontend;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Collects little-endian fields; test files are built with it, valid and broken ones alike. */
final class LittleEndian {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    LittleEndian u8(int value) {
        out.write(value);
        return this;
    }

    LittleEndian u16(int value) {
        return u8(value).u8(value >> 8);
    }

    LittleEndian u32(long value) {
        return u16((int) value).u16((int) (value >> 16));
    }

    LittleEndian u64(long value) {
        return u32(value).u32(value >> 32);
    }

    LittleEndian f32(float value) {
        return u32(Float.floatToRawIntBits(value));
    }

    LittleEndian f64(double value) {
        return u64(Double.doubleToRawLongBits(value));
    }

    LittleEndian raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    LittleEndian raw(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A 64-bit length and the text. */
    LittleEndian string(String text) {
        return u64(text.getBytes(StandardCharsets.UTF_8).length).raw(text);
    }

    LittleEndian padTo(int multiple) {
        while (out.size() % multiple != 0) {
            out.write(0);
        }
        return this;
    }

    int size() {
        return out.size();
    }

    byte[] bytes() {
        return out.toByteArray();
    }
}
