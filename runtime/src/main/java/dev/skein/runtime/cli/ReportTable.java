package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.compiler.frontend.report.ReportReader;
import dev.skein.compiler.frontend.report.SynthesisReport;
import dev.skein.compiler.frontend.report.Timing;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;
import dev.skein.runtime.vitis.ReportComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Reports of the vendor's tools beside the estimate.
 *
 * @param board whose estimate it is
 * @param comparisons by report
 */
record ReportTable(Board board, List<ReportComparison> comparisons) {

    static ReportTable read(Board board, List<Path> files) throws IOException {
        var comparisons = new ArrayList<ReportComparison>();
        for (Path file : files) {
            comparisons.add(ReportComparison.of(ReportReader.read(file), board));
        }
        return new ReportTable(board, comparisons);
    }

    /** Prints with the estimate's rows. */
    void print(Console console) {
        for (ReportComparison comparison : comparisons) {
            SynthesisReport report = comparison.report();
            console.result("%n%s: %s, %s, design %s", report.file(), report.kind().title(),
                    report.tool(), report.design());
            for (ReportComparison.Row row : comparison.rows()) {
                console.result("%s", row.name());
                line(console, "  estimate", row.estimate());
                line(console, "  report", row.reported());
                console.result(ResourcesCommand.ROW, deviations("  deviation", row));
            }
            if (!comparison.note().isEmpty()) {
                console.result("  (%s)", comparison.note());
            }
            report.timing().ifPresent(t -> timing(console, comparison, t));
        }
    }

    private void timing(Console console, ReportComparison comparison, Timing timing) {
        console.result("  timing %s: setup slack %s, hold slack %s",
                timing.met() ? "met" : "NOT met",
                nanoseconds(timing.setupSlackNs()), nanoseconds(timing.holdSlackNs()));
        comparison.clock().ifPresentOrElse(c -> console.result("  clock %s: %.3f ns, slack %s,"
                + " reaches %s; the board file has %.1f MHz", c.name(), c.periodNs(),
                nanoseconds(c.slackNs()), megahertz(c.reachableMHz()), board.clockMHz()),
                () -> console.result("  no clock of about %.1f MHz, the board file's",
                        board.clockMHz()));
    }

    private static String nanoseconds(OptionalDouble x) {
        return x.isEmpty() ? "none" : String.format(Locale.ROOT, "%.3f ns", x.getAsDouble());
    }

    private static String megahertz(OptionalDouble x) {
        return x.isEmpty() ? "any" : String.format(Locale.ROOT, "%.1f MHz", x.getAsDouble());
    }

    private static void line(Console console, String name, Resources r) {
        Object[] cells = new Object[1 + Resource.values().length];
        cells[0] = name;
        for (Resource resource : Resource.values()) {
            cells[1 + resource.ordinal()] = String.format(Locale.ROOT, "%,d", r.of(resource));
        }
        console.result(ResourcesCommand.ROW, cells);
    }

    private static Object[] deviations(String first, ReportComparison.Row row) {
        Object[] cells = new Object[1 + Resource.values().length];
        cells[0] = first;
        for (Resource resource : Resource.values()) {
            OptionalDouble percent = row.deviationPercent(resource);
            String none = row.reported().of(resource) == 0 ? "-" : "new";
            cells[1 + resource.ordinal()] = percent.isEmpty() ? none
                    : String.format(Locale.ROOT, "%+.1f %%", percent.getAsDouble());
        }
        return cells;
    }

    /** Adds {@code reports[]}. */
    void json(ObjectNode out) {
        if (comparisons.isEmpty()) {
            return;
        }
        ArrayNode reports = out.putArray("reports");
        for (ReportComparison comparison : comparisons) {
            SynthesisReport report = comparison.report();
            ObjectNode one = reports.addObject().put("file", report.file())
                    .put("kind", report.kind().name()).put("tool", report.tool())
                    .put("design", report.design()).put("part", report.part())
                    .put("note", comparison.note());
            ArrayNode rows = one.putArray("rows");
            for (ReportComparison.Row row : comparison.rows()) {
                ObjectNode r = rows.addObject().put("name", row.name());
                ResourcesCommand.put(r.putObject("estimate"), row.estimate());
                ResourcesCommand.put(r.putObject("report"), row.reported());
                ObjectNode deviation = r.putObject("deviationPercent");
                for (Resource resource : Resource.values()) {
                    row.deviationPercent(resource).ifPresent(
                            p -> deviation.put(resource.name(), p));
                }
            }
            report.timing().ifPresent(t -> json(one.putObject("timing"), comparison, t));
        }
    }

    private static void json(ObjectNode out, ReportComparison comparison, Timing timing) {
        out.put("met", timing.met());
        timing.setupSlackNs().ifPresent(x -> out.put("setupSlackNs", x));
        timing.holdSlackNs().ifPresent(x -> out.put("holdSlackNs", x));
        comparison.clock().ifPresent(c -> {
            ObjectNode clock = out.putObject("clock").put("name", c.name())
                    .put("periodNs", c.periodNs());
            c.reachableMHz().ifPresent(x -> clock.put("reachableMHz", x));
        });
    }
}
