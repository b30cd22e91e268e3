package dev.skein.compiler.frontend;

/**
 * A foreign file breaks a rule of its format: the one documented exception of the readers. The
 * message is one line: file, offset, field, what was found, what is allowed, what to do.
 */
public final class FormatException extends RuntimeException {
    /** The offset of an error that belongs to no byte. */
    public static final long NO_OFFSET = -1;

    /** Longest part of the file's own text that a message repeats, in characters. */
    private static final int LONGEST_QUOTE = 96;

    private final String file;
    private final long offset;
    private final String field;
    private final String found;
    private final String rule;
    private final String remedy;

    /**
     * @param file the file, as the user named it
     * @param offset bytes from its start, or {@link #NO_OFFSET}
     * @param field the field as the format's own document calls it
     * @param found the value found
     * @param rule what is allowed, in words
     * @param remedy what the user can do
     */
    public FormatException(String file, long offset, String field, Object found, String rule,
            String remedy) {
        super(line(file, offset, field, found, rule, remedy));
        this.file = file;
        this.offset = offset;
        this.field = field;
        this.found = quote(found);
        this.rule = rule;
        this.remedy = remedy;
    }

    /** The same with the exception of a library beneath as cause. */
    public FormatException(String file, long offset, String field, Object found, String rule,
            String remedy, Throwable cause) {
        this(file, offset, field, found, rule, remedy);
        initCause(cause);
    }

    /** The file, as the user named it. */
    public String file() {
        return file;
    }

    /** Bytes from the start of the file, or {@link #NO_OFFSET}. */
    public long offset() {
        return offset;
    }

    /** The field that breaks the rule. */
    public String field() {
        return field;
    }

    /** The value found, shortened and made printable. */
    public String found() {
        return found;
    }

    /** What is allowed. */
    public String rule() {
        return rule;
    }

    /** What the user can do. */
    public String remedy() {
        return remedy;
    }

    private static String line(String file, long offset, String field, Object found, String rule,
            String remedy) {
        String where = offset < 0 ? "" : "offset " + offset + ": ";
        return quote(file) + ": " + where + quote(field) + ": found " + quote(found) + ", but "
                + quote(rule) + "; " + remedy;
    }

    /** Text of a foreign file made fit for a terminal: one line, printable, not long. */
    private static String quote(Object value) {
        String text = String.valueOf(value);
        StringBuilder quoted = new StringBuilder();
        int shown = text.length() <= 2 * LONGEST_QUOTE ? text.length() : LONGEST_QUOTE;
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                    || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        if (shown < text.length()) {
            quoted.append("... (").append(text.length()).append(" characters)");
        }
        return quoted.toString();
    }
}
