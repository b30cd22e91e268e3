package dev.skein.compiler.ir;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The components of each op, read from its record once: so that inputs, weights and the text form
 * need no code of their own in a new op. A component is a {@link Value}, a {@link WeightRef}, a
 * {@code WeightFormat}, {@link Spans}, an {@code int}, a {@code float}, an enum constant, or an
 * {@link Optional} of these.
 */
final class OpSchema {
    private static final ClassValue<OpSchema> CACHE = new ClassValue<>() {
        @Override
        protected OpSchema computeValue(Class<?> type) {
            return new OpSchema(type.asSubclass(Op.class));
        }
    };
    private static final Map<String, OpSchema> BY_MNEMONIC = byMnemonic();

    private final Class<? extends Op> type;
    private final String mnemonic;
    private final List<Component> components = new ArrayList<>();

    /**
     * A component of an op's record.
     *
     * @param type its type, of an optional the type inside
     */
    record Component(String name, Class<?> type, boolean optional, RecordComponent reflected) {
        Object get(Op op) {
            try {
                return reflected.getAccessor().invoke(op);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("accessor of a public record", e);
            }
        }

        /** The value, if present. */
        Optional<?> value(Op op) {
            Object value = get(op);
            return optional ? (Optional<?>) value : Optional.of(value);
        }
    }

    private OpSchema(Class<? extends Op> type) {
        this.type = type;
        mnemonic = type.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
        for (RecordComponent c : type.getRecordComponents()) {
            boolean optional = c.getType() == Optional.class;
            Type inner = optional
                    ? ((ParameterizedType) c.getGenericType()).getActualTypeArguments()[0]
                    : c.getType();
            components.add(new Component(c.getName(), (Class<?>) inner, optional, c));
        }
    }

    static OpSchema of(Class<? extends Op> type) {
        return CACHE.get(type);
    }

    /** The schema of a mnemonic, or empty. */
    static Optional<OpSchema> named(String mnemonic) {
        return Optional.ofNullable(BY_MNEMONIC.get(mnemonic));
    }

    /** All mnemonics, in the order of the declarations. */
    static List<String> mnemonics() {
        return List.copyOf(BY_MNEMONIC.keySet());
    }

    String mnemonic() {
        return mnemonic;
    }

    List<Component> components() {
        return components;
    }

    List<Value> inputs(Op op) {
        return all(op, Value.class);
    }

    List<WeightRef> weights(Op op) {
        return all(op, WeightRef.class);
    }

    Op mapInputs(Op op, UnaryOperator<Value> change) {
        Object[] arguments = components.stream()
                .map(c -> c.get(op) instanceof Value v ? change.apply(v) : c.get(op)).toArray();
        return create(arguments);
    }

    /**
     * An op of these components.
     *
     * @throws IllegalArgumentException if the record's constructor refuses them
     */
    Op create(Object[] arguments) {
        try {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<? extends Op> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException refused) {
                throw refused;
            }
            throw new IllegalStateException("constructor of a public record", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("constructor of a public record", e);
        }
    }

    private <T> List<T> all(Op op, Class<T> wanted) {
        List<T> found = new ArrayList<>();
        for (Component c : components) {
            if (c.type() == wanted) {
                c.value(op).ifPresent(v -> found.add(wanted.cast(v)));
            }
        }
        return List.copyOf(found);
    }

    private static Map<String, OpSchema> byMnemonic() {
        Map<String, OpSchema> all = new LinkedHashMap<>();
        for (Class<?> c : Op.class.getPermittedSubclasses()) {
            OpSchema schema = of(c.asSubclass(Op.class));
            all.put(schema.mnemonic, schema);
        }
        return all;
    }
}
