package dev.skein.runtime.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.fpga.CoreCycles;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.EnergyComponent;
import dev.skein.sim.fpga.UnitCycles;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Sums the steps of a simulated phase. */
final class SimulationTotals {
    private long cycles;
    private int tokens;
    private long bytesMoved;
    private long hbmBytes;
    private double joules;
    private final Map<String, Long> boundCycles = new HashMap<>();
    private final Map<EnergyComponent, Double> joulesBy = new EnumMap<>(EnergyComponent.class);
    private List<CoreCycles> cores = List.of();
    private CycleReport last;

    void add(CycleReport report) {
        cycles += report.cycles();
        tokens += report.tokens();
        bytesMoved += report.bytesMoved();
        hbmBytes += report.hbmBytes();
        joules += report.joules();
        boundCycles.merge(report.boundBy().text(), report.cycles(), Long::sum);
        report.joulesByComponent().forEach((c, j) -> joulesBy.merge(c, j, Double::sum));
        List<CoreCycles> sum = cores;
        cores = sum.isEmpty() ? report.cores() : IntStream.range(0, sum.size())
                .mapToObj(c -> sum.get(c).plus(report.cores().get(c))).toList();
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
        console.result("                %s", joulesBy.entrySet().stream().map(e -> String.format(
                Locale.ROOT, "%s %.3g J", e.getKey().text(), e.getValue()))
                .collect(Collectors.joining(", ")));
        units(console);
        console.result("  bound by      %s", boundBy());
    }

    /** Where the cycles of the core with the busiest memory interface went. */
    private void units(Console console) {
        int core = IntStream.range(0, cores.size()).boxed().max(Comparator.comparingLong(
                c -> cores.get(c).unit(Unit.LD).busy())).orElseThrow();
        for (Unit unit : Unit.values()) {
            if (unit != Unit.SEQ) {
                UnitCycles u = cores.get(core).unit(unit);
                console.result("  %-4s core %d   %s", unit, core, StallTable.line(u));
            }
        }
        console.result("  SEQ  core %d   %s", core, StallTable.line(cores.get(core).sequencer()));
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
        ObjectNode components = out.putObject("joulesByComponent");
        joulesBy.forEach((c, j) -> components.put(c.text(), j));
        StallTable.json(cores, out.putArray("units"));
        return out;
    }
}
