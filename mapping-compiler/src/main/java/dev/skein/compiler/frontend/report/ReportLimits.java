package dev.skein.compiler.frontend.report;

/**
 * Upper bounds of a report.
 *
 * @param bytes a report by hierarchy of a full U280 is a few MB
 * @param lineChars a line is as wide as its widest instance name, twice
 * @param rows of a table, and elements of an XML file
 * @param depth of the hierarchy of instances, and of XML elements
 * @param count of a resource; the largest devices have 10^7 flip-flops
 */
public record ReportLimits(int bytes, int lineChars, int rows, int depth, long count) {
    /** The limits used unless a caller brings others. */
    public static final ReportLimits DEFAULT =
            new ReportLimits(64 << 20, 8_192, 500_000, 64, 1_000_000_000L);
}
