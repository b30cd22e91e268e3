package dev.skein.hls.isa;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Map;

/**
 * A component of an instruction record and the one or two fields that store it.
 *
 * @param name of the component
 * @param kind its type
 * @param field where it is stored: imm of an extent, waits of tokens
 * @param second the mode of an extent, the releases of tokens, else null
 * @param constants of an enum, else null
 * @param handle reads it
 */
record Component(String name, Kind kind, Field field, Field second, Object[] constants,
        VarHandle handle) {

    /** Types of components. */
    enum Kind {
        /** int. */
        INT,
        /** long. */
        LONG,
        /** boolean, one bit. */
        BOOLEAN,
        /** float, its IEEE 754 bits. */
        FLOAT,
        /** An enum, its ordinal. */
        ENUM,
        /** {@link Extent}: two fields. */
        EXTENT,
        /** {@link Tokens}: two fields. */
        TOKENS;

        static Kind of(Class<?> type) {
            if (type.isEnum()) {
                return ENUM;
            }
            return switch (type.getSimpleName()) {
                case "int" -> INT;
                case "long" -> LONG;
                case "boolean" -> BOOLEAN;
                case "float" -> FLOAT;
                case "Extent" -> EXTENT;
                case "Tokens" -> TOKENS;
                default -> throw new IllegalStateException("no encoding for a component of type "
                        + type.getName());
            };
        }

        /** The component value of a number; of an extent a fixed one, of tokens the waits. */
        Object value(long number, Object[] constants) {
            return switch (this) {
                case INT -> (int) number;
                case LONG -> number;
                case BOOLEAN -> number != 0;
                case FLOAT -> Float.intBitsToFloat((int) number);
                case ENUM -> constants[(int) number];
                case EXTENT -> Extent.fixed((int) number);
                case TOKENS -> new Tokens((int) number, 0);
            };
        }
    }

    /** Takes the fields of this component out of {@code fields}. */
    static Component of(RecordComponent c, Opcode opcode, Map<String, Field> fields) {
        Kind kind = Kind.of(c.getType());
        Field second = switch (kind) {
            case EXTENT -> take(fields, c.getName() + "Mode", c, opcode);
            case TOKENS -> take(fields, "releases", c, opcode);
            case INT, LONG, BOOLEAN, FLOAT, ENUM -> null;
        };
        Field field = take(fields, kind == Kind.TOKENS ? "waits" : c.getName(), c, opcode);
        boolean fits = switch (kind) {
            case BOOLEAN -> field.bits() == 1;
            case FLOAT -> field.bits() == 32;
            case INT, EXTENT -> field.max() <= Integer.MAX_VALUE;
            case ENUM -> c.getType().getEnumConstants().length <= 1L << field.bits();
            case TOKENS -> field.bits() == Unit.QUEUED && second.bits() == Unit.QUEUED;
            case LONG -> true;
        };
        if (!fits) {
            throw new IllegalStateException("field " + field.name() + " of row " + opcode + " has "
                    + field.bits() + " bits, which do not suit a component of type "
                    + c.getType().getSimpleName());
        }
        try {
            Class<?> type = c.getDeclaringRecord();
            VarHandle handle = MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                    .findVarHandle(type, c.getName(), c.getType());
            return new Component(c.getName(), kind, field, second, c.getType().getEnumConstants(),
                    handle);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field take(Map<String, Field> fields, String name, RecordComponent c,
            Opcode opcode) {
        Field f = fields.remove(name);
        if (f == null) {
            throw new IllegalStateException("component " + c.getName() + " of record "
                    + c.getDeclaringRecord().getSimpleName() + " needs a field " + name
                    + " in row " + opcode + "; fields left there: " + fields.keySet());
        }
        return f;
    }

    /** The number in the first field: imm of an extent, waits of tokens, bits of a float. */
    long get(Instruction i) {
        return switch (kind) {
            case INT -> (int) handle.get(i);
            case LONG -> (long) handle.get(i);
            case BOOLEAN -> (boolean) handle.get(i) ? 1 : 0;
            case FLOAT -> Float.floatToRawIntBits((float) handle.get(i)) & 0xffffffffL;
            case ENUM -> ((Enum<?>) handle.get(i)).ordinal();
            case EXTENT -> ((Extent) handle.get(i)).imm();
            case TOKENS -> ((Tokens) handle.get(i)).waits();
        };
    }

    /** The number in the second field. */
    long getSecond(Instruction i) {
        return kind == Kind.EXTENT ? ((Extent) handle.get(i)).mode().ordinal()
                : ((Tokens) handle.get(i)).releases();
    }

    /** The component as the record has it. */
    Object read(Instruction i) {
        return handle.get(i);
    }

    /** The value for what the two fields hold. */
    Object value(long first, long other) {
        return switch (kind) {
            case EXTENT -> new Extent((int) first, Extent.Mode.values()[(int) other]);
            case TOKENS -> new Tokens((int) first, (int) other);
            case INT, LONG, BOOLEAN, FLOAT, ENUM -> kind.value(first, constants);
        };
    }

    /** Whether it is printed in hexadecimal: a byte address or offset. */
    boolean isAddress() {
        return kind == Kind.LONG || kind == Kind.INT && field.granule() > 1 && field.bits() >= 20;
    }

    /** The smallest number that may be stored in the first field. */
    long min() {
        return kind == Kind.EXTENT ? 1 : 0;
    }

    /** The largest number that may be stored in the first field. */
    long max() {
        return kind == Kind.ENUM ? constants.length - 1L : field.max();
    }

    /** What may be stored, for messages. */
    String allowed() {
        if (kind == Kind.ENUM) {
            return "one of " + Arrays.toString(constants);
        }
        return (field.granule() == 1 ? "" : "a multiple of " + field.granule() + " ") + "from "
                + min() + " to " + max();
    }
}
