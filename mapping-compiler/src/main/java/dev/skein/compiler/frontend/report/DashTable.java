package dev.skein.compiler.frontend.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table under names and rules of dashes, as {@code report_timing_summary} has them. Numbers end
 * where the rule of their column ends, so a number that is not there is no shift of the others.
 *
 * @param text the report
 * @param header index of the line with the names
 * @param ends where each column ends, by name
 */
record DashTable(ReportText text, int header, Map<String, Integer> ends) {
    private static final Pattern DASHES = Pattern.compile("-{3,}");
    private static final Pattern WORD = Pattern.compile("\\S+");
    /** Slacks are nanoseconds with three decimals. */
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,12}(\\.\\d{1,6})?");

    /** The table below a heading; its names begin after a few empty or ruled lines. */
    static DashTable below(ReportText text, int heading, String firstName) {
        for (int i = heading + 1; i + 1 < text.lines().size(); i++) {
            String line = text.lines().get(i);
            if (line.strip().startsWith(firstName)) {
                return of(text, i);
            }
            if (!line.isBlank() && !DASHES.matcher(line.strip()).matches()) {
                throw text.bad(i, "table", line, "a table that begins with " + firstName
                        + " follows the heading");
            }
        }
        throw text.bad(heading, "table", "the end of the file", "a table that begins with "
                + firstName + " follows the heading");
    }

    private static DashTable of(ReportText text, int header) {
        String names = text.lines().get(header);
        String rule = text.lines().get(header + 1);
        var ends = new HashMap<String, Integer>();
        Matcher dashes = DASHES.matcher(rule);
        while (dashes.find()) {
            if (dashes.end() > names.length()) {
                throw text.bad(header + 1, "table", "a rule without a name",
                        "each column has a name above its dashes");
            }
            String name = names.substring(dashes.start(), dashes.end()).strip();
            if (ends.put(name, dashes.end()) != null) {
                throw text.bad(header, "column '" + name + "'", "twice", "a column is there once");
            }
        }
        if (ends.isEmpty()) {
            throw text.bad(header + 1, "table", rule, "a rule of dashes is under the names");
        }
        return new DashTable(text, header, ends);
    }

    /** Index of the first row. */
    int firstRow() {
        return header + 2;
    }

    /** The lines of the table, by index. */
    List<Integer> rows() {
        var out = new ArrayList<Integer>();
        for (int i = firstRow(); i < text.lines().size() && !text.lines().get(i).isBlank(); i++) {
            out.add(i);
        }
        return out;
    }

    /** A number of a row; empty if its column has NA, or is empty and may be. */
    OptionalDouble number(int line, String column, boolean needed) {
        Integer end = ends.get(column);
        if (end == null) {
            throw text.bad(header, "column '" + column + "'", String.join(", ",
                    ends.keySet().stream().sorted().toList()), "the table has this column");
        }
        Matcher words = WORD.matcher(line < text.lines().size() ? text.lines().get(line) : "");
        while (words.find()) {
            if (words.end() == end) {
                String word = words.group();
                if (word.equals("NA")) {
                    return OptionalDouble.empty();
                }
                if (!NUMBER.matcher(word).matches()) {
                    throw text.bad(line, column, word, "it is a decimal number or NA");
                }
                return OptionalDouble.of(Double.parseDouble(word));
            }
        }
        if (needed) {
            throw text.bad(line, column, "nothing", "a number ends under the name of its column");
        }
        return OptionalDouble.empty();
    }
}
