package dev.skein.runtime.vitis;

import dev.skein.compiler.frontend.report.SynthesisReport;
import dev.skein.compiler.frontend.report.Timing;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.Platform;
import dev.skein.hls.board.Resource;
import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.Part;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.ResourceModel;
import dev.skein.hls.board.resource.SlrUse;
import dev.skein.hls.vitis.ComputeUnit;
import dev.skein.hls.vitis.Connectivity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A report of the vendor's tools beside our estimate, like beside like: a kernel's with one core, a
 * card's by hierarchy with the cores that are found in it, a card's by SLR with the SLRs.
 *
 * @param report as it was read
 * @param rows what is compared; none for timing
 * @param note what the rows do not say; empty if they say all
 * @param clock the kernel clock, if the report has timing and a clock of about the board's period
 */
public record ReportComparison(SynthesisReport report, List<Row> rows, String note,
        Optional<Timing.Clock> clock) {
    /** A platform makes clocks close to what is asked for, not equal. */
    private static final double CLOCK_TOLERANCE = 0.1;
    private static final String MATRIX_ENGINE = "matrix engine";
    /** Memory's switch and clock crossings, which are no part of a kernel. */
    private static final String INTERCONNECT = "interconnect";
    /** The unit of the kernel that is a part of the estimate; Vitis HLS adds to such a name. */
    private static final Map<String, String> UNITS = new TreeMap<>(Map.of("mpe", MATRIX_ENGINE,
            "sfu", "special function unit", "act", "activation buffer", "wgt", "weight buffer",
            "par", "parameter buffer", "fetch", "instruction fetch"));
    private static final String ADDED = "(?:inst/)?(?:grp_)?%s(?:_U0?|_fu_\\d+)?";
    private static final String MATRIX_ENGINE_KERNEL = "skein_mpe";

    /** Copies the list. */
    public ReportComparison {
        rows = List.copyOf(rows);
    }

    /**
     * Amounts of one thing.
     *
     * @param name core, SLR or part
     * @param estimate ours
     * @param reported theirs
     */
    public record Row(String name, Resources estimate, Resources reported) {
        /** By how much the report is above the estimate, percent; empty for an estimate of none. */
        public OptionalDouble deviationPercent(Resource resource) {
            return estimate.of(resource) == 0 ? OptionalDouble.empty()
                    : OptionalDouble.of(100.0 * (reported.of(resource) - estimate.of(resource))
                            / estimate.of(resource));
        }
    }

    /**
     * Compares a report with the estimate for a board.
     *
     * @throws IllegalArgumentException in one line, if the report is of something else
     */
    public static ReportComparison of(SynthesisReport report, Board board) {
        requirePart(report, board);
        Optional<Timing.Clock> clock = report.timing().flatMap(t -> kernelClock(t, board));
        return switch (report.kind()) {
            case CSYNTH -> new ReportComparison(report, List.of(kernel(report, board)),
                    "an estimate of Vitis HLS before logic synthesis; both without the"
                            + " interconnect to memory", clock);
            case HIERARCHY -> new ReportComparison(report, cores(report, board),
                    "the interconnect to memory is outside the cores, and not in these estimates",
                    clock);
            case SLR -> new ReportComparison(report, slrs(report, board),
                    "the report counts the card's shell, the estimate does not", clock);
            case TIMING -> new ReportComparison(report, List.of(), "", clock);
        };
    }

    private static void requirePart(SynthesisReport report, Board board) {
        if (board.fabric().platform() instanceof Platform.Vitis v && !report.part().isEmpty()) {
            // Tools write xcu280-fsvh2892-2L-e or xcu280fsvh2892-2L: the device counts.
            String device = v.part().replaceFirst("-.*", "");
            if (!report.part().toLowerCase(Locale.ROOT).startsWith(device)) {
                throw new IllegalArgumentException(report.file() + ": part " + report.part()
                        + ": board " + board.name() + " has a " + device
                        + "; name the board that was synthesised for");
            }
        }
    }

    private static Row kernel(SynthesisReport report, Board board) {
        Resources reported = amounts(report).total();
        for (ComputeUnit unit : units(board)) {
            if (unit.kernel().name().equals(report.design())) {
                return new Row(report.design() + " (as " + unit.name() + ")",
                        withoutInterconnect(board, unit.core()), reported);
            }
        }
        if (report.design().startsWith(MATRIX_ENGINE_KERNEL)) {
            return new Row(report.design() + " (" + MATRIX_ENGINE + ")",
                    ResourceModel.estimate(board, 0).part(MATRIX_ENGINE), reported);
        }
        throw new IllegalArgumentException(report.file() + ": design " + report.design()
                + ": board " + board.name() + " has kernels "
                + String.join(", ", units(board).stream().map(u -> u.kernel().name()).distinct()
                .toList()));
    }

    private static List<Row> cores(SynthesisReport report, Board board) {
        var rows = new ArrayList<Row>();
        for (ComputeUnit unit : units(board)) {
            List<Part> found = amounts(report).parts().stream()
                    .filter(p -> p.name().equals(unit.name())
                            || p.name().endsWith("/" + unit.name())).toList();
            if (found.size() > 1) {
                throw new IllegalArgumentException(report.file() + ": instance " + unit.name()
                        + ": found " + found.size() + " times, the first as "
                        + found.getFirst().name());
            }
            found.forEach(p -> rows.add(new Row(unit.name(),
                    withoutInterconnect(board, unit.core()), p.use())));
        }
        if (rows.isEmpty()) {
            // A kernel that was synthesised alone is at the top.
            return List.of(kernel(report, board));
        }
        if (rows.size() < board.cores()) {
            throw new IllegalArgumentException(report.file() + ": has " + rows.size() + " of the "
                    + board.cores() + " cores of board " + board.name());
        }
        rows.add(new Row("all cores", sum(rows, true), sum(rows, false)));
        for (ComputeUnit unit : units(board)) {
            rows.addAll(parts(report, board, unit));
        }
        return rows;
    }

    /** The parts of a core that are found under their names. */
    private static List<Row> parts(SynthesisReport report, Board board, ComputeUnit unit) {
        var rows = new ArrayList<Row>();
        UNITS.forEach((name, part) -> {
            Pattern path = Pattern.compile("(?:.*/)?" + unit.name() + "/"
                    + ADDED.formatted(name));
            amounts(report).parts().stream().filter(p -> path.matcher(p.name()).matches())
                    .findFirst().ifPresent(p -> rows.add(new Row(unit.name() + ", " + part,
                            ResourceModel.estimate(board, unit.core()).part(part), p.use())));
        });
        return rows;
    }

    private static Resources withoutInterconnect(Board board, int core) {
        return ResourceModel.estimate(board, core).parts().stream()
                .filter(p -> !p.name().equals(INTERCONNECT)).map(Part::use)
                .reduce(Resources.NONE, Resources::plus);
    }

    private static Resources sum(List<Row> rows, boolean ours) {
        return rows.stream().map(r -> ours ? r.estimate() : r.reported())
                .reduce(Resources.NONE, Resources::plus);
    }

    private static List<Row> slrs(SynthesisReport report, Board board) {
        List<SlrUse> ours = ResourceModel.estimate(board).slrs();
        List<SlrUse> theirs = amounts(report).slrs();
        if (ours.size() != theirs.size()) {
            throw new IllegalArgumentException(report.file() + ": has " + theirs.size()
                    + " SLRs, board " + board.name() + " has " + ours.size());
        }
        var rows = new ArrayList<Row>();
        for (int slr = 0; slr < ours.size(); slr++) {
            rows.add(new Row("SLR" + slr, ours.get(slr).use(), theirs.get(slr).use()));
        }
        rows.add(new Row("all SLRs", sum(rows, true), sum(rows, false)));
        return rows;
    }

    private static ResourceEstimate amounts(SynthesisReport report) {
        return report.resources().orElseThrow();
    }

    /** Also for boards that are not built for: reports of their kernels can be compared. */
    private static List<ComputeUnit> units(Board board) {
        return Connectivity.of(board).units();
    }

    /** The clock whose period is nearest to the board's, if it is near. */
    private static Optional<Timing.Clock> kernelClock(Timing timing, Board board) {
        double periodNs = 1e3 / board.clockMHz();
        return timing.clocks().stream()
                .min(Comparator.comparingDouble(c -> Math.abs(c.periodNs() - periodNs)))
                .filter(c -> Math.abs(c.periodNs() - periodNs) <= CLOCK_TOLERANCE * periodNs);
    }
}
