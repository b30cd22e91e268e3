package dev.skein.sim.functional;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.VerifiedProgram;

/**
 * Runs a program without time: every core up to its next SYNC in program order, then all go on.
 * The host writes the token ids before a step and reads the logits after it, see
 * {@link DeviceMemory}. Machines of several programs (decode, prefill) may share a memory if they
 * run one after the other.
 */
public final class FunctionalMachine {
    private final Program program;
    private final Execution execution;
    private final Sequencer[] sequencers;
    private long instructions;

    /** A machine in the fastest mode of this host. */
    public FunctionalMachine(VerifiedProgram program, DeviceMemory memory) {
        this(program, memory, ExecutionMode.fastest());
    }

    /** A machine in a given mode; all modes give the same bits. */
    public FunctionalMachine(VerifiedProgram verified, DeviceMemory memory, ExecutionMode mode) {
        program = verified.program();
        execution = new Execution(verified, memory, mode);
        sequencers = new Sequencer[program.cores()];
        for (int core = 0; core < sequencers.length; core++) {
            sequencers[core] = new Sequencer(program, core);
        }
    }

    /** The program it runs. */
    public Program program() {
        return program;
    }

    /** What a core holds on chip after the last step. */
    public CoreState core(int core) {
        return execution.core(core);
    }

    /** Instructions executed so far on all cores, those of the sequencers included. */
    public long instructions() {
        return instructions;
    }

    /**
     * Runs one step.
     *
     * @param position POS, tokens in the cache before the step
     * @param tokens CNT, tokens of the step
     * @throws IllegalArgumentException if the program has not been compiled for these lengths
     */
    public void run(int position, int tokens) {
        if (position < 0 || tokens < 1 || tokens > program.maxTokens()
                || position > program.maxContext() - tokens) {
            throw new IllegalArgumentException("program " + program.name() + ": position "
                    + position + ", tokens " + tokens + "; allowed 1 to " + program.maxTokens()
                    + " tokens and position + tokens up to " + program.maxContext());
        }
        for (Sequencer s : sequencers) {
            s.start(position, tokens);
        }
        boolean waiting = true;
        while (waiting) {
            int ended = 0;
            for (int core = 0; core < sequencers.length; core++) {
                ended += toBarrier(core) ? 1 : 0;
            }
            waiting = ended == 0;
            if (ended > 0 && ended < sequencers.length) {
                throw new IllegalStateException("program " + program.name() + ": " + ended + " of "
                        + sequencers.length + " cores ended while the others wait at SYNC");
            }
        }
    }

    /** Runs a core through its next SYNC; true if it has come to its end instead. */
    private boolean toBarrier(int core) {
        Sequencer s = sequencers[core];
        while (!s.atEnd()) {
            Instruction i = s.instruction();
            execute(core, s, i);
            s.advance();
            if (i instanceof Instruction.Barrier) {
                return false;
            }
        }
        return true;
    }

    private void execute(int core, Sequencer s, Instruction i) {
        instructions++;
        try {
            execution.execute(core, i, s.registers(), s.bases());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("program " + program.name() + ", core " + core
                    + ", instruction " + s.index() + " (" + i.opcode().mnemonic() + "): "
                    + e.getMessage(), e);
        }
    }
}
