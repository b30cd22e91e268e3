package dev.skein.runtime.storage;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code kind:name=number,name=number}, as options of drives are written. */
final class Fields {
    private static final int LARGEST = 1_000_000_000;

    private final String what;
    private final String text;
    private final String forms;
    private final String kind;
    private final Map<String, Integer> values = new LinkedHashMap<>();

    /**
     * Takes a text apart.
     *
     * @param what the option's subject, for messages
     * @param forms that are allowed, for messages
     * @throws IllegalArgumentException in one line, if a field is no name and number
     */
    Fields(String what, String text, String forms) {
        this.what = what;
        this.text = text;
        this.forms = forms;
        int colon = text.indexOf(':');
        this.kind = colon < 0 ? text : text.substring(0, colon);
        if (colon < 0) {
            return;
        }
        for (String field : text.substring(colon + 1).split(",", -1)) {
            String[] pair = field.split("=", -1);
            if (pair.length != 2 || !pair[1].matches("\\d{1,9}")) {
                throw bad("'" + field + "' is no name=number with a number below " + LARGEST);
            }
            if (values.put(pair[0], Integer.parseInt(pair[1])) != null) {
                throw bad(pair[0] + " is there twice");
            }
        }
    }

    String kind() {
        return kind;
    }

    int take(String name) {
        if (!values.containsKey(name)) {
            throw bad(name + " is missing");
        }
        return values.remove(name);
    }

    int take(String name, int otherwise) {
        Integer value = values.remove(name);
        return value == null ? otherwise : value;
    }

    /** Refuses fields that nobody took. */
    void end() {
        if (!values.isEmpty()) {
            throw bad("'" + values.keySet().iterator().next() + "' is no field of " + kind);
        }
    }

    IllegalArgumentException bad(String why) {
        return new IllegalArgumentException(what + " '" + text + "': " + why + "; allowed: "
                + forms);
    }
}
