package dev.skein.compiler.frontend.report;

import dev.skein.hls.board.Resources;
import dev.skein.hls.board.resource.Part;
import dev.skein.hls.board.resource.ResourceEstimate;
import dev.skein.hls.board.resource.SlrUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code csynth.xml}: what Vitis HLS expects of a kernel before logic synthesis. Modules are those
 * of {@code ModuleInformation}, each with all below it.
 */
final class CsynthReport {
    private static final String CLOCK = "ap_clk";

    private CsynthReport() {}

    static SynthesisReport parse(String file, String text, ReportLimits limits) {
        XmlNode root = XmlNode.parse(file, text, limits);
        if (!root.name().equals("profile")) {
            throw root.bad(root.name(), "the top element of csynth.xml is profile");
        }
        XmlNode assigned = root.one("UserAssignments");
        double targetNs = assigned.one("TargetClockPeriod").nanoseconds();
        double estimatedNs = root.one("PerformanceEstimates", "SummaryOfTimingAnalysis",
                "EstimatedClockPeriod").nanoseconds();
        XmlNode area = root.one("AreaEstimates");
        Resources has = amounts(area.one("AvailableResources"), limits);
        var slack = OptionalDouble.of(targetNs - estimatedNs);
        var parts = new ArrayList<Part>();
        root.optional("ModuleInformation").ifPresent(m -> m.all("Module").forEach(module ->
                parts.add(new Part(module.one("Name").word(limits),
                        amounts(module.one("AreaEstimates", "Resources"), limits)))));
        return new SynthesisReport(file, SynthesisReport.Kind.CSYNTH, "Vitis HLS "
                + root.one("ReportVersion", "Version").word(limits),
                assigned.one("TopModelName").word(limits), assigned.one("Part").word(limits),
                Optional.of(new ResourceEstimate(parts, List.of(
                        new SlrUse(amounts(area.one("Resources"), limits), has, has)))),
                Optional.of(new Timing(slack, OptionalDouble.empty(), OptionalDouble.empty(),
                        List.of(new Timing.Clock(CLOCK, targetNs, slack)))));
    }

    /** Versions before 2020 say DSP48E. Devices without UltraRAM may leave it out. */
    private static Resources amounts(XmlNode node, ReportLimits limits) {
        XmlNode dsp = node.optional("DSP48E").orElseGet(() -> node.one("DSP"));
        return new Resources(node.one("LUT").count(limits), node.one("FF").count(limits),
                Math.ceilDiv(node.one("BRAM_18K").count(limits), 2),
                node.optional("URAM").map(u -> u.count(limits)).orElse(0L), dsp.count(limits));
    }
}
