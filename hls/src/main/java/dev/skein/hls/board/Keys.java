package dev.skein.hls.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The key-value pairs of one data file; each key is read once, and every key must be read. */
public final class Keys {
    static final Kind BOARD = new Kind("board", Boards.class, "u280", "dram",
            List.of("hbm", "ddr"));

    private final Kind kind;
    private final String file;
    private final Properties values;
    private final Set<String> unread;

    /**
     * What the files of one kind have in common.
     *
     * @param word what messages call it: "board"
     * @param home the class beside which the built-in files lie
     * @param example the name of a built-in file, to be looked at
     * @param part the folder beside them with what several files share
     * @param prefixes the groups of keys that may come from there: {@code hbm.dram=NAME}
     */
    public record Kind(String word, Class<?> home, String example, String part,
            List<String> prefixes) {
        /** Copies the list. */
        public Kind {
            prefixes = List.copyOf(prefixes);
        }
    }

    Keys(String file, String text) {
        this(BOARD, file, text);
    }

    /**
     * The pairs of a text.
     *
     * @param file what messages call it
     * @throws BoardException if it is no list of pairs, or has a key twice
     */
    public Keys(Kind kind, String file, String text) {
        this.kind = kind;
        this.file = file;
        this.values = new Unique();
        try {
            values.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new BoardException(kind.word() + " file " + file + ": " + e.getMessage());
        }
        for (String prefix : kind.prefixes()) {
            addPart(prefix);
        }
        this.unread = new TreeSet<>(values.stringPropertyNames());
    }

    /** Adds what the file does not say itself from a file in the folder of the parts. */
    private void addPart(String prefix) {
        String key = prefix + "." + kind.part();
        String folder = kind.part() + "/";
        String name = values.getProperty(key);
        if (name == null) {
            return;
        }
        Properties part = new Properties();
        try (InputStream in = name.matches("[a-z0-9-]{1,40}")
                ? kind.home().getResourceAsStream(folder + name + ".properties") : null) {
            if (in == null) {
                throw bad(key, name, "the name of a file in " + folder);
            }
            part.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BoardException(kind.word() + " file " + folder + name + ": "
                    + e.getMessage());
        }
        part.forEach((own, value) -> values.putIfAbsent(prefix + "." + own, value));
        values.remove(key);
    }

    /** Properties keep the last of two equal keys; here that is an error. */
    private final class Unique extends Properties {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Object put(Object key, Object value) {
            if (super.put(key, value) != null) {
                throw new BoardException(kind.word() + " file " + file + ": key '" + key
                        + "': given twice; remove one line");
            }
            return null;
        }
    }

    /** Whether a key that need not be there is. */
    public boolean has(String key) {
        return values.getProperty(key) != null;
    }

    /** The text of a key. */
    public String text(String key) {
        unread.remove(key);
        String value = values.getProperty(key);
        if (value == null) {
            throw bad(key, null, "a line '" + key + "=VALUE'");
        }
        if (value.isBlank()) {
            throw bad(key, value, "a text that is not empty");
        }
        return value.trim();
    }

    /** An integer. */
    public int integer(String key, int min, int max) {
        String value = text(key);
        if (value.matches("-?\\d{1,10}")) {
            long n = Long.parseLong(value);
            if (n >= min && n <= max) {
                return (int) n;
            }
        }
        throw bad(key, value, "an integer from " + min + " to " + max);
    }

    /** Integers separated by commas. */
    public List<Integer> integers(String key, int min, int max) {
        String value = text(key);
        var out = new ArrayList<Integer>();
        for (String part : value.split(",", -1)) {
            String digits = part.trim();
            if (!digits.matches("\\d{1,10}") || Long.parseLong(digits) < min
                    || Long.parseLong(digits) > max) {
                throw bad(key, value, "integers from " + min + " to " + max
                        + " separated by commas");
            }
            out.add(Integer.parseInt(digits));
        }
        return out;
    }

    /** One of some constants, in lower case. */
    <E extends Enum<E>> E choice(String key, List<E> allowed) {
        String value = text(key);
        for (E constant : allowed) {
            if (name(constant).equals(value)) {
                return constant;
            }
        }
        throw bad(key, value, String.join(", ", allowed.stream().map(Keys::name).toList()));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A decimal number without an exponent. */
    public double real(String key, double min, double max) {
        String value = text(key);
        if (value.matches("\\d{1,15}(\\.\\d{1,15})?")) {
            double x = Double.parseDouble(value);
            if (x >= min && x <= max) {
                return x;
            }
        }
        throw bad(key, value, "a decimal number from " + min + " to " + max);
    }

    /** A positive multiple of {@code unit}, at most {@code max}. */
    public int multiple(String key, int unit, int max) {
        int n = integer(key, 1, max);
        if (n % unit != 0) {
            throw bad(key, Integer.toString(n), "a multiple of " + unit);
        }
        return n;
    }

    /** One integer for all cores, or one for each, separated by commas. */
    int[] perCore(String key, int cores, int min, int max) {
        String[] parts = text(key).split(",", -1);
        int[] values = new int[cores];
        for (int c = 0; c < cores; c++) {
            String part = parts[parts.length == 1 ? 0 : Math.min(c, parts.length - 1)].trim();
            boolean number = part.matches("\\d{1,9}");
            if (!number || parts.length != 1 && parts.length != cores
                    || Integer.parseInt(part) < min || Integer.parseInt(part) > max) {
                throw bad(key, text(key), "an integer from " + min + " to " + max + ", or "
                        + cores + " of them separated by commas, one a core");
            }
            values[c] = Integer.parseInt(part);
        }
        return values;
    }

    /** One of a few words. */
    public <T> T choice(String key, T[] values, Function<T, String> word) {
        String text = text(key);
        for (T value : values) {
            if (word.apply(value).equals(text)) {
                return value;
            }
        }
        throw bad(key, text, Arrays.stream(values).map(word).collect(Collectors.joining(", ")));
    }

    /** One of two words; whether it is the first. */
    public boolean either(String key, String yes, String no) {
        return choice(key, new String[] {yes, no}, Function.identity()).equals(yes);
    }

    /** Called after the last key has been read. */
    public void refuseUnread() {
        if (!unread.isEmpty()) {
            throw new BoardException(kind.word() + " file " + file + ": key '"
                    + unread.iterator().next() + "': unknown; check the spelling against "
                    + kind.example() + ".properties or remove it");
        }
    }

    /** The message for a value that is not allowed. */
    public BoardException bad(String key, String found, String allowed) {
        return new BoardException(kind.word() + " file " + file + ": key '" + key + "': found "
                + (found == null ? "nothing" : "'" + found + "'") + "; allowed: " + allowed);
    }
}
