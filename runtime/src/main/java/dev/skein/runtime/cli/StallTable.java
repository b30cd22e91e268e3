package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.fpga.CoreCycles;
import dev.skein.sim.fpga.SequencerCycles;
import dev.skein.sim.fpga.UnitCycles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Where the cycles of units and sequencers went; each sums to the cycles of the run. */
final class StallTable {
    private StallTable() {}

    private static Map<String, Long> parts(UnitCycles u) {
        var parts = new LinkedHashMap<String, Long>();
        parts.put("busy", u.busy());
        parts.put("waitMemory", u.waitMemory());
        parts.put("waitToken", u.waitToken());
        parts.put("waitPeer", u.waitPeer());
        parts.put("waitDispatch", u.waitDispatch());
        parts.put("waitFetch", u.waitFetch());
        parts.put("idle", u.idle());
        return parts;
    }

    private static Map<String, Long> parts(SequencerCycles s) {
        var parts = new LinkedHashMap<String, Long>();
        parts.put("dispatch", s.dispatch());
        parts.put("waitQueue", s.waitQueue());
        parts.put("waitDrain", s.waitDrain());
        parts.put("waitFetch", s.waitFetch());
        parts.put("idle", s.idle());
        return parts;
    }

    private static String line(Map<String, Long> parts) {
        double total = parts.values().stream().mapToLong(n -> n).sum();
        return parts.entrySet().stream().filter(e -> e.getValue() > 0)
                .map(e -> String.format(Locale.ROOT, "%s %.1f %%", e.getKey(),
                        100 * e.getValue() / total)).collect(Collectors.joining(", "));
    }

    /** Shares of one unit, for people. */
    static String line(UnitCycles u) {
        return line(parts(u));
    }

    /** Shares of one sequencer, for people. */
    static String line(SequencerCycles s) {
        return line(parts(s));
    }

    /** All units and sequencers, cycles. */
    static void json(List<CoreCycles> cores, ArrayNode out) {
        for (int c = 0; c < cores.size(); c++) {
            for (Unit unit : Unit.values()) {
                Map<String, Long> parts = unit == Unit.SEQ ? parts(cores.get(c).sequencer())
                        : parts(cores.get(c).unit(unit));
                ObjectNode one = out.addObject().put("core", c).put("unit", unit.name());
                parts.forEach(one::put);
            }
        }
    }
}
