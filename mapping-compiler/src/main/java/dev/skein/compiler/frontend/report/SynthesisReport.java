package dev.skein.compiler.frontend.report;

import dev.skein.hls.board.resource.ResourceEstimate;
import java.util.Optional;

/**
 * What a tool reports of a design.
 *
 * @param file as the user named it
 * @param kind which report
 * @param tool its version
 * @param design top module or kernel
 * @param part device; empty if the report does not say
 * @param resources amounts; empty for timing alone. Parts are instances by their path, or modules;
 *     a report that does not tell SLRs apart has one for all. A capacity of nothing means that the
 *     report does not say
 * @param timing slacks; empty for resources alone
 */
public record SynthesisReport(String file, Kind kind, String tool, String design, String part,
        Optional<ResourceEstimate> resources, Optional<Timing> timing) {

    /** Which report. */
    public enum Kind {
        /** {@code csynth.xml} of Vitis HLS: an estimate of one kernel before logic synthesis. */
        CSYNTH("Vitis HLS estimate"),
        /** {@code report_utilization -hierarchical} of Vivado. */
        HIERARCHY("Vivado utilisation by hierarchy"),
        /** {@code report_utilization -slr} of Vivado. */
        SLR("Vivado utilisation by SLR"),
        /** {@code report_timing_summary} of Vivado. */
        TIMING("Vivado timing summary");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }
}
