package dev.skein.sim.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Unit;
import dev.skein.sim.functional.Sequencer;
import java.util.ArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says in one line why nothing moves any more. */
final class Stuck {
    /** Whether the FIFO from one unit to another is empty. */
    interface NoToken {
        boolean test(int from, int to);
    }

    private Stuck() {}

    /**
     * The state of one core.
     *
     * @param head the instruction that cannot start, by unit, or null
     */
    static String describe(int core, Sequencer sequencer, IntFunction<Instruction> head,
            NoToken noToken) {
        var out = new ArrayList<String>();
        for (int u = 0; u < Unit.QUEUED; u++) {
            Instruction instruction = head.apply(u);
            if (instruction != null) {
                for (int from = 0; from < Unit.QUEUED; from++) {
                    if ((instruction.tokens().waits() >>> from & 1) != 0
                            && noToken.test(from, u)) {
                        out.add(instruction.opcode() + " waits for a token of "
                                + Unit.values()[from]);
                    }
                }
            }
        }
        return "core " + core + " at instruction " + sequencer.index() + " ("
                + sequencer.instruction().opcode() + ")"
                + (out.isEmpty() ? "" : ": " + String.join(", ", out));
    }

    static SimulationException deadlock(long cycle, Stream<String> cores) {
        return new SimulationException("deadlock after cycle " + cycle + ": "
                + cores.collect(Collectors.joining("; ")));
    }
}
