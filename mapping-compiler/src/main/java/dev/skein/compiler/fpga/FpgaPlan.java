package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.hls.isa.VerifiedProgram;

/**
 * A model mapped to a board: both programs work on the same memory and KV cache.
 *
 * @param graph the placed graph that was selected
 * @param target the board
 * @param memory places off chip
 * @param decode one token a step
 * @param prefill up to {@code memory.maxTokens()} tokens a step
 */
public record FpgaPlan(Graph graph, FpgaTarget target, MemoryPlan memory, VerifiedProgram decode,
        VerifiedProgram prefill) {
    /** Encoded size of both programs, all cores, bytes. */
    public long programBytes() {
        return decode.program().encodedBytes() + prefill.program().encodedBytes();
    }
}
