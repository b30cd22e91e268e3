package dev.skein.compiler.frontend;

/**
 * Metadata value types of GGUF, a row a type, in the order of their numbers.
 *
 * <p>Source: GGUF specification, {@code enum gguf_metadata_value_type}.
 */
enum GgufType {
    UINT8(1), INT8(1), UINT16(2), INT16(2), UINT32(4), INT32(4), FLOAT32(4), BOOL(1),
    /** A 64-bit length and that many bytes of UTF-8. */
    STRING(8),
    /** An element type, a 64-bit count, the elements. */
    ARRAY(12),
    UINT64(8), INT64(8), FLOAT64(8);

    private static final GgufType[] TYPES = values();

    /** Fewest bytes a value of this type takes. */
    final int leastBytes;

    GgufType(int leastBytes) {
        this.leastBytes = leastBytes;
    }

    /** Reads a type number. */
    static GgufType read(ByteCursor in, String field) {
        long at = in.position();
        long number = in.u32(field);
        if (number >= TYPES.length) {
            throw in.bad(at, field, number, "value types are 0 to " + (TYPES.length - 1),
                    ByteCursor.FETCH_AGAIN);
        }
        return TYPES[(int) number];
    }

    /** Reads an integer or truth value. */
    long readWhole(ByteCursor in, String field) {
        long at = in.position();
        long value = switch (this) {
            case UINT8, BOOL -> in.u8(field);
            case INT8 -> (byte) in.u8(field);
            case UINT16 -> in.u16(field);
            case INT16 -> (short) in.u16(field);
            case UINT32 -> in.u32(field);
            case INT32 -> in.i32(field);
            case UINT64, INT64 -> in.i64(field);
            case FLOAT32, FLOAT64, STRING, ARRAY -> throw new IllegalStateException(name());
        };
        if (this == BOOL && value > 1) {
            throw in.bad(at, field, value, "a bool is 0 or 1", ByteCursor.FETCH_AGAIN);
        }
        if (this == UINT64 && value < 0) {
            throw in.bad(at, field, Long.toUnsignedString(value),
                    "integers up to 2^63 - 1 are accepted", ByteCursor.CONVERT_AGAIN);
        }
        return value;
    }

    /** Reads a float. */
    double readReal(ByteCursor in, String field) {
        return this == FLOAT32
                ? Float.intBitsToFloat(in.i32(field))
                : Double.longBitsToDouble(in.i64(field));
    }
}
