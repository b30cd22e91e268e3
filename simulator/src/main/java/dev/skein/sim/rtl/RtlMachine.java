package dev.skein.sim.rtl;

import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.functional.FunctionalMachine;

/**
 * Runs a program with the RTL of the MPE in place of the functional machine's: every matrix
 * instruction, whose cycles are held against what the cycle simulator charges. What else is on the
 * card stays functional.
 */
public final class RtlMachine {
    private final FunctionalMachine machine;

    /** A machine on an MPE, which several may share. */
    public RtlMachine(VerifiedProgram program, DeviceMemory memory, RtlMpe mpe) {
        machine = FunctionalMachine.with(mpe, program, memory);
    }

    /**
     * Runs one step.
     *
     * @param position POS, tokens in the cache before the step
     * @param tokens CNT, tokens of the step
     * @throws IllegalArgumentException if the program has not been compiled for these lengths
     * @throws CoSimulationException if the RTL refuses an instruction or takes another time than
     *     the cycle simulator says; names the instruction
     */
    public void run(int position, int tokens) {
        try {
            machine.run(position, tokens);
        } catch (IllegalStateException e) {
            throw new CoSimulationException(e.getMessage());
        }
    }
}
