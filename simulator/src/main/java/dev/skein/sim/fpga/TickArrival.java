package dev.skein.sim.fpga;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Data on its way to a core of the tick machine: its parts, then the crossing to the core. */
final class TickArrival {
    private final List<TickMemories.Part> parts;
    private int crossingLeft;

    TickArrival(List<TickMemories.Part> parts, int crossingCycles) {
        this.parts = parts;
        this.crossingLeft = crossingCycles;
    }

    /** Whether all data has come to the ports. */
    boolean moved() {
        for (TickMemories.Part p : parts) {
            if (!p.request().done()) {
                return false;
            }
        }
        return true;
    }

    private boolean landed() {
        for (TickMemories.Part p : parts) {
            if (!p.request().landed()) {
                return false;
            }
        }
        return true;
    }

    /** Whether all data is with the core; asked at the start of each cycle. */
    boolean here() {
        return landed() && crossingLeft-- <= 0;
    }

    /** Bursts moved by the channel that moved most. */
    long busiestBursts() {
        Map<Integer, Long> bursts = new HashMap<>();
        for (TickMemories.Part p : parts) {
            bursts.merge(p.channel(), p.request().burstsMoved(), Long::sum);
        }
        return bursts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
