package dev.skein.compiler.frontend;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Typed access to the key-value pairs of a GGUF file. Numbers of any width are accepted where
 * their value fits.
 *
 * @param file named in messages
 * @param values {@link Number}, {@link Boolean}, {@link String}, or an array as a
 *     {@link List} or as a primitive array
 */
public record Metadata(String file, Map<String, Object> values) {

    public Metadata {
        values = Map.copyOf(values);
    }

    /** Whether the key is there. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** A required integer within a range. */
    public int integer(String key, long low, long high) {
        Object value = required(key);
        if (!(value instanceof Number number) || number instanceof Float
                || number instanceof Double || number.longValue() < low
                || number.longValue() > high) {
            throw error(key, text(value), "it is an integer from " + low + " to " + high);
        }
        return Math.toIntExact(number.longValue());
    }

    /** An integer within a range, or the default where the key is absent. */
    public int integer(String key, long low, long high, int otherwise) {
        return has(key) ? integer(key, low, high) : otherwise;
    }

    /** An id below a limit, if the key is there. */
    public OptionalInt id(String key, int limit) {
        return has(key) ? OptionalInt.of(integer(key, 0, limit - 1L)) : OptionalInt.empty();
    }

    /** A required finite number. */
    public double number(String key) {
        Object value = required(key);
        if (!(value instanceof Number number) || !Double.isFinite(number.doubleValue())) {
            throw error(key, text(value), "it is a finite number");
        }
        return number.doubleValue();
    }

    /** A finite number, or the default where the key is absent. */
    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    /** A boolean, or the default where the key is absent. */
    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!(values.get(key) instanceof Boolean value)) {
            throw error(key, text(values.get(key)), "it is a boolean");
        }
        return value;
    }

    /** A required string. */
    public String string(String key) {
        if (!(required(key) instanceof String value)) {
            throw error(key, text(values.get(key)), "it is a string");
        }
        return value;
    }

    /** A string, or the default where the key is absent. */
    public String string(String key, String otherwise) {
        return has(key) ? string(key) : otherwise;
    }

    /** A required array of strings. */
    public List<String> strings(String key) {
        List<?> all = list(key);
        for (Object element : all) {
            if (!(element instanceof String)) {
                throw error(key, text(element), "it is an array of strings");
            }
        }
        return all.stream().map(String.class::cast).toList();
    }

    /** A required array of numbers. */
    public double[] numbers(String key) {
        List<?> all = list(key);
        double[] numbers = new double[all.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(all.get(i) instanceof Number number)) {
                throw error(key, text(all.get(i)), "it is an array of numbers");
            }
            numbers[i] = number.doubleValue();
        }
        return numbers;
    }

    /** An error about a key, with the usual remedy. */
    public FormatException error(String key, Object found, String rule) {
        return error(key, found, rule, "use the file as it was published");
    }

    /** An error about a key. */
    public FormatException error(String key, Object found, String rule, String remedy) {
        return new FormatException(file, FormatException.NO_OFFSET, key, found, rule, remedy);
    }

    private Object required(String key) {
        Object value = values.get(key);
        if (value == null) {
            throw error(key, "nothing", "the key is required");
        }
        return value;
    }

    private List<?> list(String key) {
        Object value = required(key);
        List<?> all = asList(value);
        if (all == null) {
            throw error(key, text(value), "it is an array");
        }
        return all;
    }

    private static List<?> asList(Object value) {
        return switch (value) {
            case List<?> list -> list;
            case Object[] array -> List.of(array);
            case int[] array -> Arrays.stream(array).boxed().toList();
            case long[] array -> Arrays.stream(array).boxed().toList();
            case double[] array -> Arrays.stream(array).boxed().toList();
            case float[] array -> boxed(array);
            default -> null;
        };
    }

    private static List<Float> boxed(float[] array) {
        Float[] all = new Float[array.length];
        for (int i = 0; i < array.length; i++) {
            all[i] = array[i];
        }
        return List.of(all);
    }

    private static String text(Object value) {
        List<?> list = asList(value);
        return list == null ? String.valueOf(value) : "an array of " + list.size();
    }
}
