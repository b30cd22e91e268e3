package dev.skein.compiler.frontend.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code report_timing_summary}: slacks of the design and of each clock. */
final class TimingReport {
    static final String TITLE = "Design Timing Summary";
    private static final String CLOCKS = "Clock Summary";
    private static final String WITHIN = "Intra Clock Table";
    private static final String SETUP = "WNS(ns)";
    /** Name, waveform in braces, period, frequency; generated clocks are indented. */
    private static final Pattern CLOCK = Pattern.compile(
            "\\s*(\\S+)\\s+\\{[0-9. ]*}\\s+(\\d{1,9}\\.\\d{1,6})\\s+\\d{1,9}\\.\\d{1,6}\\s*");

    private TimingReport() {}

    static SynthesisReport parse(ReportText text) {
        DashTable design = DashTable.below(text, text.find(TITLE), SETUP);
        int row = design.firstRow();
        var timing = new Timing(design.number(row, SETUP, true),
                design.number(row, "TNS(ns)", true), design.number(row, "WHS(ns)", true),
                clocks(text));
        return new SynthesisReport(text.file(), SynthesisReport.Kind.TIMING, text.tool(),
                text.requiredHead("Design"), text.head("Device"), Optional.empty(),
                Optional.of(timing));
    }

    private static List<Timing.Clock> clocks(ReportText text) {
        Map<String, OptionalDouble> slacks = slacks(text);
        var clocks = new ArrayList<Timing.Clock>();
        for (int line : section(text, CLOCKS).rows()) {
            Matcher m = CLOCK.matcher(text.lines().get(line));
            if (!m.matches()) {
                throw text.bad(line, CLOCKS, text.lines().get(line),
                        "a row has name, {waveform}, period and frequency");
            }
            double periodNs = Double.parseDouble(m.group(2));
            if (periodNs <= 0) {
                throw text.bad(line, "Period(ns)", m.group(2), "it is above 0");
            }
            clocks.add(new Timing.Clock(m.group(1), periodNs,
                    slacks.getOrDefault(m.group(1), OptionalDouble.empty())));
        }
        return clocks;
    }

    private static Map<String, OptionalDouble> slacks(ReportText text) {
        DashTable table = section(text, WITHIN);
        var slacks = new HashMap<String, OptionalDouble>();
        for (int line : table.rows()) {
            String name = text.lines().get(line).strip().split("\\s+")[0];
            if (slacks.put(name, table.number(line, SETUP, false)) != null) {
                throw text.bad(line, "Clock", name + " again", "a clock has one row");
            }
        }
        return slacks;
    }

    private static DashTable section(ReportText text, String title) {
        int heading = text.find(title);
        if (heading < 0) {
            throw ReportReader.error(text.file(), title, "nothing", "the report has this section");
        }
        return DashTable.below(text, heading, "Clock");
    }
}
