package dev.skein.runtime.explore;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text of a board file, whose values can be replaced and whose comments stay.
 *
 * @param lines of the file
 */
public record BoardText(List<String> lines) {

    /** Copies the lines. */
    public BoardText {
        lines = List.copyOf(lines);
    }

    /** The lines of a text. */
    public static BoardText of(String text) {
        return new BoardText(text.lines().toList());
    }

    /**
     * The same board with other values.
     *
     * @param values by key; each key must be in the file
     * @param why the comment above a value that changed, after what was there before
     */
    public BoardText with(Map<String, String> values, String why) {
        Set<String> missing = new LinkedHashSet<>(values.keySet());
        var out = new ArrayList<String>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            String key = equals < 0 || line.startsWith("#") ? "" : line.substring(0, equals);
            String value = values.get(key);
            if (value == null || value.equals(line.substring(equals + 1).trim())) {
                out.add(line);
            } else {
                out.add("# " + why + ", was " + line.substring(equals + 1).trim());
                out.add(key + "=" + value);
            }
            missing.remove(key);
        }
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("board file without " + missing);
        }
        return new BoardText(out);
    }

    /** The same with comment lines at its head. */
    public BoardText under(List<String> comments) {
        var out = new ArrayList<String>();
        comments.forEach(c -> out.add("# " + c));
        out.addAll(lines);
        return new BoardText(out);
    }

    /** The value of a key. */
    public String value(String key) {
        return lines.stream().filter(l -> l.startsWith(key + "=")).findFirst()
                .map(l -> l.substring(key.length() + 1).trim())
                .orElseThrow(() -> new IllegalArgumentException("board file without " + key));
    }

    /** The text of the file. */
    public String text() {
        return String.join("\n", lines) + "\n";
    }
}
