package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.board.Board;
import dev.skein.sim.fpga.CycleReport;
import java.util.HashMap;
import java.util.Map;

/** Sums the steps of a simulated phase. */
final class SimulationTotals {
    private long cycles;
    private int tokens;
    private long bytesMoved;
    private long hbmBytes;
    private double joules;
    private final Map<String, Long> boundCycles = new HashMap<>();
    private CycleReport last;

    void add(CycleReport report) {
        cycles += report.cycles();
        tokens += report.tokens();
        bytesMoved += report.bytesMoved();
        hbmBytes += report.hbmBytes();
        joules += report.joules();
        boundCycles.merge(report.boundBy().text(), report.cycles(), Long::sum);
        last = report;
    }

    private String boundBy() {
        return boundCycles.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow()
                .getKey();
    }

    private double utilisation(Board board) {
        return hbmBytes / (board.hbmPeakBytesPerCycle() * cycles);
    }

    void print(Console console, Board board) {
        double seconds = board.seconds(cycles);
        console.result("  time          %,.3f ms (%,d cycles at %.0f MHz)", seconds * 1e3, cycles,
                board.clockMHz());
        console.result("  speed         %,.2f tok/s", tokens / seconds);
        console.result("  HBM           %.1f %% of the %.1f GB/s peak (%,d physical bytes)",
                utilisation(board) * 100, board.hbmPeakGBps(), hbmBytes);
        console.result("  energy        %.4g J, %.1f W (estimate, coefficients of the board file)",
                joules, joules / seconds);
        console.result("  bound by      %s", boundBy());
    }

    /** Simulated cycles of all steps. */
    long cycles() {
        return cycles;
    }

    /** All counters of the last step. */
    void details(Console console) {
        console.note("%s", last);
    }

    ObjectNode json(Board board) {
        double seconds = board.seconds(cycles);
        ObjectNode out = Console.newObject();
        out.put("board", board.name());
        out.put("tokens", tokens);
        out.put("cycles", cycles);
        out.put("timeMillis", seconds * 1e3);
        out.put("tokensPerSecond", tokens / seconds);
        out.put("bytesMoved", bytesMoved);
        out.put("bandwidthUtilisation", utilisation(board));
        out.put("boundBy", boundBy());
        out.put("joules", joules);
        return out;
    }
}
