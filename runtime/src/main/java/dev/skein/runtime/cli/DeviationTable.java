package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.runtime.measure.Deviations;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Predicted against measured, for people and as JSON. */
record DeviationTable(Deviations deviations) {
    private static final double SHARE = 0.05;
    private static final int NAMED = 3;

    void print(Console console, ObjectNode json) {
        boolean device = deviations.clock() == Deviations.Clock.DEVICE;
        console.result("%-8s %-8s %6s %15s %15s %10s", "phase", "op", "steps", "predicted, us",
                device ? "measured, us" : "host clock, us", "deviation");
        ArrayNode rows = json.putArray("ops");
        for (Deviations.Row r : deviations.rows()) {
            console.result("%-8s %-8s %,6d %,15.3f %,15.3f %+9.1f %%", r.phase(), r.op(),
                    r.steps(), r.predictedSeconds() * 1e6, r.measuredSeconds() * 1e6,
                    r.deviation() * 100);
            rows.addObject().put("phase", r.phase().toString()).put("op", r.op())
                    .put("steps", r.steps()).put("predictedSeconds", r.predictedSeconds())
                    .put("measuredSeconds", r.measuredSeconds())
                    .put("deviation", r.deviation());
        }
        console.result("%s", device ? "ops: time that their instructions occupied their units,"
                + " summed over cores; predicted by the cycle-level simulation"
                : "measured by the host's clock around a step, transfers included; this device"
                + " tells no times of ops");
        json.put("clock", deviations.clock().name().toLowerCase(Locale.ROOT));
        List<Deviations.Row> worst = deviations.worst(SHARE).stream().limit(NAMED).toList();
        ArrayNode named = json.putArray("deviatesMost");
        worst.forEach(r -> named.add(r.phase() + " " + r.op()));
        if (device) {
            console.result("%s", worst.isEmpty() ? "no op deviates by more than 5 %"
                    : "deviates most: " + worst.stream().map(r -> String.format(Locale.ROOT,
                            "%s %s (%+.1f %%, %+.3f us)", r.phase(), r.op(), r.deviation() * 100,
                            r.excessSeconds() * 1e6)).collect(Collectors.joining(", ")));
        }
    }
}
