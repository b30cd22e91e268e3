package dev.skein.hls.board;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Memory banks of a Vitis platform under one tag, in order: {@code HBM[0:31]}, {@code DDR[1]}, or a
 * tag without an index, {@code HP0}, which is one bank.
 *
 * @param tag as the platform has it
 * @param first index of the first bank; 0 without an index
 * @param count banks
 * @param indexed whether the platform numbers them
 */
public record Banks(String tag, int first, int count, boolean indexed) {
    private static final Pattern TEXT =
            Pattern.compile("([A-Z][A-Z0-9_]{0,30})(?:\\[(\\d{1,4})(?::(\\d{1,4}))?])?");

    /** Reads the text form; empty if it is none. */
    public static Optional<Banks> parse(String text) {
        Matcher m = TEXT.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        boolean indexed = m.group(2) != null;
        int first = indexed ? Integer.parseInt(m.group(2)) : 0;
        int last = m.group(3) == null ? first : Integer.parseInt(m.group(3));
        return last < first ? Optional.empty()
                : Optional.of(new Banks(m.group(1), first, last - first + 1, indexed));
    }

    /** Some of these banks, which follow each other. */
    public Banks part(int from, int length) {
        if (from < 0 || length < 1 || from + length > count) {
            throw new IllegalArgumentException("banks " + from + " to " + (from + length - 1)
                    + " of " + this);
        }
        return new Banks(tag, first + from, length, indexed);
    }

    /** Whether a bank is in both. */
    public boolean overlaps(Banks other) {
        return tag.equals(other.tag) && indexed == other.indexed
                && first < other.first + other.count && other.first < first + count;
    }

    /** The text form. */
    @Override
    public String toString() {
        if (!indexed) {
            return tag;
        }
        return count == 1 ? tag + "[" + first + "]"
                : tag + "[" + first + ":" + (first + count - 1) + "]";
    }
}
