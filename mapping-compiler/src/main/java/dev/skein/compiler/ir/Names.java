package dev.skein.compiler.ir;

import java.util.regex.Pattern;

/** The spelling of value and weight names: what the text form prints without quotes. */
final class Names {
    private static final Pattern LEGAL = Pattern.compile("[A-Za-z_][A-Za-z0-9_.~-]{0,199}");

    private Names() {
    }

    static String check(String kind, String name) {
        if (!LEGAL.matcher(name).matches()) {
            throw new IllegalArgumentException(kind + " name \"" + name + "\": allowed are a letter"
                    + " or _, then up to 199 letters, digits, _, ., ~ and -");
        }
        return name;
    }
}
