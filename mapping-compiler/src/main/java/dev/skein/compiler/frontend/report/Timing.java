package dev.skein.compiler.frontend.report;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Timing of a design. A slack is empty where the report has NA: no path of that kind.
 *
 * @param setupSlackNs worst negative slack (WNS)
 * @param setupTotalNs total negative slack (TNS)
 * @param holdSlackNs worst hold slack (WHS)
 * @param clocks in the order of the report
 */
public record Timing(OptionalDouble setupSlackNs, OptionalDouble setupTotalNs,
        OptionalDouble holdSlackNs, List<Clock> clocks) {

    /** Copies the list. */
    public Timing {
        clocks = List.copyOf(clocks);
    }

    /**
     * A clock of the design.
     *
     * @param name in the report
     * @param periodNs constraint
     * @param slackNs worst setup slack of paths within it
     */
    public record Clock(String name, double periodNs, OptionalDouble slackNs) {
        /** The frequency at which the worst path would just be met; empty without a path. */
        public OptionalDouble reachableMHz() {
            return slackNs.isPresent() && periodNs > slackNs.getAsDouble()
                    ? OptionalDouble.of(1e3 / (periodNs - slackNs.getAsDouble()))
                    : OptionalDouble.empty();
        }
    }

    /** Whether no path fails setup or hold. */
    public boolean met() {
        return setupSlackNs.orElse(0) >= 0 && holdSlackNs.orElse(0) >= 0;
    }
}
