package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.hls.isa.VerifiedProgram;

/**
 * A model mapped to a board; all programs work on the same memory and KV cache.
 *
 * @param graph the placed graph that was selected
 * @param target the board
 * @param memory places off chip
 * @param programs of the phases that were asked for
 */
public record FpgaPlan(Graph graph, FpgaTarget target, MemoryPlan memory,
        ProgramSet programs) {
    /** The program of a phase that serves the longest contexts. */
    public VerifiedProgram program(Phase phase) {
        return programs.longest(phase);
    }

    /** Encoded size of the programs, all cores, bytes. */
    public long programBytes() {
        return programs.encodedBytes();
    }
}
