package dev.skein.hls.isa;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the components of an instruction record and the fields of its row in the table belong
 * together. Found once by name, for every opcode; what does not match is reported with both names.
 */
final class Layout {
    private static final Map<Opcode, Layout> ALL = all();

    private final Opcode opcode;
    private final List<Component> components;
    private final Constructor<?> constructor;
    private final long[] used = new long[Opcode.WORD_BYTES / Long.BYTES];

    private Layout(Opcode opcode, List<Component> components, Constructor<?> constructor) {
        this.opcode = opcode;
        this.components = components;
        this.constructor = constructor;
        for (Field f : opcode.fields()) {
            used[f.word()] |= mask(f) << f.shift();
        }
    }

    /** The layout of an instruction. */
    static Layout of(Opcode opcode) {
        return ALL.get(opcode);
    }

    /** The row. */
    Opcode opcode() {
        return opcode;
    }

    /** The record components in order, {@code tokens} first. */
    List<Component> components() {
        return components;
    }

    /** The bits of word {@code w} that belong to a field. */
    long usedBits(int w) {
        return used[w];
    }

    /** All ones of the width of a field. */
    static long mask(Field f) {
        return (1L << f.bits()) - 1;
    }

    /** The record with these component values. */
    Instruction create(Object[] values) {
        return (Instruction) create(constructor, values);
    }

    /**
     * The layout of a record class for a row of the table.
     *
     * @throws IllegalStateException naming the component or field without a partner
     */
    static Layout match(Opcode opcode, Class<?> type) {
        var fields = new HashMap<String, Field>();
        opcode.fields().forEach(f -> fields.put(f.name(), f));
        fields.remove("code");
        var components = new ArrayList<Component>();
        for (RecordComponent c : type.getRecordComponents()) {
            components.add(Component.of(c, opcode, fields));
        }
        if (!fields.isEmpty()) {
            throw new IllegalStateException("fields " + fields.keySet() + " of row " + opcode
                    + " have no component in record " + type.getSimpleName());
        }
        return new Layout(opcode, List.copyOf(components), constructor(type));
    }

    private static Constructor<?> constructor(Class<?> type) {
        RecordComponent[] parts = type.getRecordComponents();
        Class<?>[] types = new Class<?>[parts.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = parts[i].getType();
        }
        try {
            return type.getDeclaredConstructor(types);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Object create(Constructor<?> constructor, Object[] values) {
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause
                    : new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<Opcode, Layout> all() {
        var out = new EnumMap<Opcode, Layout>(Opcode.class);
        records(Instruction.class, out);
        for (Opcode o : Opcode.values()) {
            if (!out.containsKey(o)) {
                throw new IllegalStateException("row " + o + " has no record in Instruction");
            }
        }
        return out;
    }

    private static void records(Class<?> type, Map<Opcode, Layout> out) {
        if (!type.isRecord()) {
            for (Class<?> narrower : type.getPermittedSubclasses()) {
                records(narrower, out);
            }
            return;
        }
        Opcode opcode = opcodeOf(type);
        if (out.put(opcode, match(opcode, type)) != null) {
            throw new IllegalStateException("row " + opcode + " has two records");
        }
    }

    /** Asks an instance: Instruction.opcode() is the only place that pairs records with rows. */
    private static Opcode opcodeOf(Class<?> type) {
        RecordComponent[] parts = type.getRecordComponents();
        Object[] values = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            Class<?> t = parts[i].getType();
            values[i] = Component.Kind.of(t).value(1, t.getEnumConstants());
        }
        return ((Instruction) create(constructor(type), values)).opcode();
    }
}
