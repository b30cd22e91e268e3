package dev.skein.runtime.backend.sim;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.device.StepCost;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.FunctionalValues;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;
import dev.skein.sim.trace.StepObserver;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One program on one of the simulators, or on what stands in for the card. */
public interface Machine extends AutoCloseable {

    /** Runs a step; the cost is present where time is simulated. */
    Optional<StepCost> run(int position, int tokens);

    /** Releases what it holds outside the heap. */
    @Override
    default void close() {
    }

    /** Values only. */
    static Machine functional(VerifiedProgram program, DeviceMemory memory) {
        var machine = new FunctionalMachine(program, memory);
        return (position, tokens) -> {
            machine.run(position, tokens);
            return Optional.empty();
        };
    }

    /**
     * Values and cycles. An instruction is executed when it starts, so in an order that only tokens
     * and barriers fix: equal logits in functional and cycle mode say that a program's tokens
     * suffice.
     */
    static Machine cycle(VerifiedProgram program, Board board, DeviceMemory memory,
            StepObserver observer) {
        var machine = new CycleMachine(program, board, new FunctionalValues(program, memory));
        return (position, tokens) -> Optional.of(cost(machine.run(position, tokens, observer)));
    }

    private static Map<String, Double> opSeconds(CycleReport report) {
        Map<String, Double> out = new TreeMap<>();
        report.opcodes().forEach((opcode, cycles) -> out.put(opcode.mnemonic(),
                report.board().seconds(cycles.cycles())));
        return out;
    }

    /** The cost of a simulated step. */
    static StepCost cost(CycleReport report) {
        return new StepCost(report.cycles(), report.seconds(), report.bytesMoved(),
                report.bandwidthUtilisation(), report.joules(), report.boundBy().text(),
                opSeconds(report));
    }
}
