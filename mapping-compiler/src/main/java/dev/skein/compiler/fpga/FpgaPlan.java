package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.Map;

/**
 * A model mapped to a board; all programs work on the same memory and KV cache.
 *
 * @param graph the placed graph that was selected
 * @param target the board
 * @param memory places off chip
 * @param programs one a phase that was asked for
 */
public record FpgaPlan(Graph graph, FpgaTarget target, MemoryPlan memory,
        Map<Phase, VerifiedProgram> programs) {
    /** Copies the map. */
    public FpgaPlan {
        programs = Map.copyOf(programs);
    }

    /** The program of a phase. */
    public VerifiedProgram program(Phase phase) {
        VerifiedProgram program = programs.get(phase);
        if (program == null) {
            throw new IllegalArgumentException("not compiled for " + phase);
        }
        return program;
    }

    /** Encoded size of the programs, all cores, bytes. */
    public long programBytes() {
        return programs.values().stream().mapToLong(p -> p.program().encodedBytes()).sum();
    }
}
