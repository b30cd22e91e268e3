package dev.skein.compiler.frontend.report;

import dev.skein.compiler.frontend.FormatException;
import java.util.ArrayList;
import java.util.List;

/**
 * A report of Vivado as lines, with the table that its head is.
 *
 * @param file for messages
 * @param lines without line ends
 * @param limits what is refused
 */
record ReportText(String file, List<String> lines, ReportLimits limits) {
    /** The head is within the first lines. */
    private static final int HEAD_LINES = 20;

    static ReportText of(String file, String text, ReportLimits limits) {
        var lines = new ArrayList<String>();
        for (int start = 0; start < text.length();) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            if (end - start > limits.lineChars()) {
                throw ReportReader.error(file, "line " + (lines.size() + 1), (end - start)
                        + " characters", "a line has at most " + limits.lineChars());
            }
            if (lines.size() == limits.rows()) {
                throw ReportReader.error(file, "line " + (lines.size() + 1), "another line",
                        "a report has at most " + limits.rows());
            }
            lines.add(line(file, text.substring(start, end), lines.size() + 1));
            start = end + 1;
        }
        return new ReportText(file, List.copyOf(lines), limits);
    }

    private static String line(String file, String line, int number) {
        String text = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw ReportReader.error(file, "line " + number, "control character "
                        + (int) text.charAt(i), "a report has spaces and printable characters");
            }
        }
        return text;
    }

    /**
     * Index of the line below which a section stands: its title, with or without a number before
     * and a bar in front, above a rule of dashes; -1 if there is none. The table of contents has
     * the title, too, but no rule under it.
     */
    int find(String title) {
        for (int i = 0; i + 1 < lines.size(); i++) {
            if (lines.get(i).contains(title)
                    && bare(lines.get(i)).replaceFirst("^[\\d.]+ ", "").equals(title)
                    && bare(lines.get(i + 1)).matches("-{3,}")) {
                return i + 1;
            }
        }
        return -1;
    }

    private static String bare(String line) {
        return (line.startsWith("| ") ? line.substring(2) : line).strip();
    }

    /** A value of the head, such as {@code Design}; empty if it is not there. */
    String head(String key) {
        for (String line : lines.subList(0, Math.min(HEAD_LINES, lines.size()))) {
            if (line.startsWith("| ")) {
                int colon = line.indexOf(" : ");
                if (colon > 0 && line.substring(2, colon).strip().equals(key)) {
                    return line.substring(colon + 3).strip();
                }
            }
        }
        return "";
    }

    /** A value of the head that must be there. */
    String requiredHead(String key) {
        String value = head(key);
        if (value.isEmpty()) {
            throw ReportReader.error(file, key, "nothing", "the head has a line '| " + key
                    + " : ...'");
        }
        return value;
    }

    /** The tool's version, which must be Vivado's. */
    String tool() {
        String tool = requiredHead("Tool Version");
        if (!tool.startsWith("Vivado v.")) {
            throw ReportReader.error(file, "Tool Version", tool, "it begins with 'Vivado v.'");
        }
        int end = tool.indexOf(' ', "Vivado ".length());
        return end < 0 ? tool : tool.substring(0, end);
    }

    /** An error of a line. */
    FormatException bad(int index, String field, Object found, String rule) {
        return ReportReader.error(file, "line " + (index + 1) + ", " + field, found, rule);
    }
}
