package dev.skein.compiler.frontend.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A table between borders of {@code +---+---+}, cells between bars. Leading spaces of a cell stay:
 * they say how deep an instance is.
 *
 * @param text the report
 * @param header index of the line with the names
 * @param names of the columns
 * @param rows cells of each row
 * @param firstRow index of the line of the first row; the others follow
 */
record BarTable(ReportText text, int header, List<String> names, List<List<String>> rows,
        int firstRow) {
    /** The first table below a line. */
    static BarTable below(ReportText text, int index) {
        int top = index;
        while (top < text.lines().size() && !isBorder(text.lines().get(top))) {
            if (top > index && text.lines().get(top).startsWith("|")) {
                throw text.bad(top, "table", "a row", "a border of +---+ is above a table");
            }
            top++;
        }
        if (top + 2 >= text.lines().size()) {
            throw text.bad(index, "table", "the end of the file",
                    "below this heading is a table with a border of +---+");
        }
        List<String> names = cells(text, top + 1).stream().map(String::strip).toList();
        requireBorder(text, top + 2);
        for (String name : names) {
            if (names.indexOf(name) != names.lastIndexOf(name)) {
                throw text.bad(top + 1, "column '" + name + "'", "twice", "a column is there once");
            }
        }
        var rows = new ArrayList<List<String>>();
        int line = top + 3;
        while (line < text.lines().size() && text.lines().get(line).startsWith("|")) {
            List<String> cells = cells(text, line);
            if (cells.size() != names.size()) {
                throw text.bad(line, "row", cells.size() + " cells", "the table has "
                        + names.size() + " columns");
            }
            rows.add(cells);
            line++;
        }
        requireBorder(text, line);
        if (rows.isEmpty()) {
            throw text.bad(top + 2, "table", "no row", "a table has rows");
        }
        return new BarTable(text, top + 1, names, List.copyOf(rows), top + 3);
    }

    /** {@code +---+---+}, without a regular expression: those nest as deep as a line has cells. */
    private static boolean isBorder(String line) {
        return line.length() > 2 && line.startsWith("+") && line.endsWith("+")
                && !line.contains("++") && line.chars().allMatch(c -> c == '+' || c == '-');
    }

    private static void requireBorder(ReportText text, int line) {
        String found = line < text.lines().size() ? text.lines().get(line) : "the end of the file";
        if (!isBorder(found)) {
            throw text.bad(line, "table", found, "a border of +---+ closes it");
        }
    }

    private static List<String> cells(ReportText text, int index) {
        String line = text.lines().get(index);
        if (!line.startsWith("|") || !line.endsWith("|") || line.length() < 2) {
            throw text.bad(index, "row", line, "a row begins and ends with a bar");
        }
        return List.of(line.substring(1, line.length() - 1).split("\\|", -1));
    }

    /** The index of a column that must be there. */
    int column(String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw text.bad(header, "column '" + name + "'", String.join(", ", names),
                    "the table has this column");
        }
        return column;
    }

    /** An amount in a cell, in halves, as block RAMs are counted. */
    long halves(int row, int column) {
        String cell = rows.get(row).get(column).strip();
        boolean half = cell.endsWith(".5");
        String whole = cell.replaceFirst("\\.[05]$", "");
        if (!whole.matches("\\d{1,12}") || Long.parseLong(whole) > text.limits().count()) {
            throw text.bad(firstRow + row, names.get(column), cell,
                    "it is a number from 0 to " + text.limits().count()
                            + ", without a percentage");
        }
        return 2 * Long.parseLong(whole) + (half ? 1 : 0);
    }

    /** A whole amount in a cell. */
    long count(int row, int column) {
        long halves = halves(row, column);
        if (halves % 2 != 0) {
            throw text.bad(firstRow + row, names.get(column), rows.get(row).get(column).strip(),
                    "it is a whole number");
        }
        return halves / 2;
    }
}
