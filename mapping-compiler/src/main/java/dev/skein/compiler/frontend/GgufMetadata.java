package dev.skein.compiler.frontend;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The key-value pairs of a GGUF file. An absent key is an empty answer; a key of another type than
 * asked for is a {@link FormatException} that names the key and its offset.
 */
public final class GgufMetadata {

    /** A value and where its key stands in the file. */
    record Entry(GgufValue value, long offset) {
    }

    private final String file;
    private final Map<String, Entry> entries;

    GgufMetadata(String file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** All keys, in the order of the file. */
    public Set<String> keys() {
        return entries.keySet();
    }

    /** A string. */
    public Optional<String> string(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case GgufValue.Text text -> Optional.of(text.value());
            case GgufValue other -> throw wrongType(key, other, "a string");
        };
    }

    /** An integer of any width. */
    public OptionalLong integer(String key) {
        return switch (value(key)) {
            case null -> OptionalLong.empty();
            case GgufValue.Whole whole -> OptionalLong.of(whole.value());
            case GgufValue other -> throw wrongType(key, other, "an integer");
        };
    }

    /** A float of either width, or an integer. */
    public OptionalDouble real(String key) {
        return switch (value(key)) {
            case null -> OptionalDouble.empty();
            case GgufValue.Real real -> OptionalDouble.of(real.value());
            case GgufValue.Whole whole -> OptionalDouble.of(whole.value());
            case GgufValue other -> throw wrongType(key, other, "a float");
        };
    }

    /** A truth value. */
    public Optional<Boolean> bool(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case GgufValue.Truth truth -> Optional.of(truth.value());
            case GgufValue other -> throw wrongType(key, other, "a bool");
        };
    }

    /** An array of strings; unmodifiable. */
    public Optional<List<String>> strings(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case GgufValue.Texts texts -> Optional.of(texts.values());
            case GgufValue other -> throw wrongType(key, other, "an array of strings");
        };
    }

    /** An array of integers, of any width, or of truth values (0 and 1); a copy. */
    public Optional<long[]> integers(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case GgufValue.Wholes wholes -> Optional.of(wholes.values().clone());
            case GgufValue other -> throw wrongType(key, other, "an array of integers");
        };
    }

    /** An array of floats of either width; a copy. */
    public Optional<double[]> reals(String key) {
        return switch (value(key)) {
            case null -> Optional.empty();
            case GgufValue.Reals reals -> Optional.of(reals.values().clone());
            case GgufValue other -> throw wrongType(key, other, "an array of floats");
        };
    }

    /** The failure of a key that a model needs and this file lacks. */
    public FormatException missing(String key) {
        return new FormatException(file, FormatException.NO_OFFSET, key, "no such key",
                "the model cannot be built without it", ByteCursor.CONVERT_AGAIN);
    }

    /** The failure of a key whose value makes no sense to the model. */
    public FormatException bad(String key, Object found, String rule) {
        Entry entry = entries.get(key);
        return new FormatException(file, entry == null ? FormatException.NO_OFFSET
                : entry.offset(), key, found, rule, ByteCursor.CONVERT_AGAIN);
    }

    private GgufValue value(String key) {
        Entry entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    private FormatException wrongType(String key, GgufValue found, String wanted) {
        return bad(key, found.kind(), "it must be " + wanted);
    }
}
