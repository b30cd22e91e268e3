package dev.skein.sim.functional;

import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.VerifiedProgram;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a program without time: every core up to its next SYNC in program order, then all go on.
 * The host writes the token ids before a step and reads the logits after it, see
 * {@link DeviceMemory}. Machines of several programs (decode, prefill) may share a memory if they
 * run one after the other.
 *
 * <p>Between barriers the cores run on two threads if that is worth it; else large instructions are
 * shared between threads.
 */
public final class FunctionalMachine {
    /** Bytes that all cores load between two barriers from which on they run in parallel. */
    private static final long PARALLEL_ABOVE = 256 << 10;

    private final Program program;
    private final Execution execution;
    private final Sequencer[] sequencers;
    private final long[] instructions;
    private final boolean[] ended;
    private final boolean parallel;

    /** A machine in the fastest mode of this host. */
    public FunctionalMachine(VerifiedProgram program, DeviceMemory memory) {
        this(program, memory, ExecutionMode.fastest());
    }

    /** A machine in a given mode; all modes give the same bits. */
    public FunctionalMachine(VerifiedProgram verified, DeviceMemory memory, ExecutionMode mode) {
        this(verified, memory, mode, null);
    }

    /** A machine whose matrix instructions a multiplier computes, one after the other. */
    public static FunctionalMachine with(MatrixMultiplier multiplier, VerifiedProgram program,
            DeviceMemory memory) {
        return new FunctionalMachine(program, memory, new ExecutionMode(
                ExecutionMode.fastest().vector(), 1), multiplier);
    }

    private FunctionalMachine(VerifiedProgram verified, DeviceMemory memory, ExecutionMode mode,
            MatrixMultiplier multiplier) {
        program = verified.program();
        execution = new Execution(verified, memory, mode, multiplier);
        int cores = program.cores();
        sequencers = new Sequencer[cores];
        Arrays.setAll(sequencers, core -> new Sequencer(program, core));
        instructions = new long[cores];
        ended = new boolean[cores];
        parallel = mode.threads() > 1 && cores > 1 && bytesBetweenBarriers() >= PARALLEL_ABOVE;
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
        return Arrays.stream(instructions).sum();
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
        Arrays.fill(ended, false);
        while (!ended[0]) {
            if (parallel) {
                Gang.run((core, _) -> toBarrier(core), sequencers.length);
            } else {
                for (int core = 0; core < sequencers.length; core++) {
                    toBarrier(core);
                }
            }
        }
    }

    /** Runs a core through its next SYNC or to its end; all cores have as many SYNCs. */
    private void toBarrier(int core) {
        Sequencer s = sequencers[core];
        long count = 0;
        while (!s.atEnd()) {
            Instruction i = s.instruction();
            execute(core, s, i);
            s.advance();
            count++;
            if (i instanceof Instruction.Barrier) {
                instructions[core] += count;
                return;
            }
        }
        instructions[core] += count;
        ended[core] = true;
    }

    private void execute(int core, Sequencer s, Instruction i) {
        try {
            execution.execute(core, i, s.registers(), s.bases());
        } catch (IllegalStateException e) {
            throw new IllegalStateException("program " + program.name() + ", core " + core
                    + ", instruction " + s.index() + " (" + i.opcode().mnemonic() + "): "
                    + e.getMessage(), e);
        }
    }

    /** About the bytes all cores load between two barriers, loops counted once. */
    private long bytesBetweenBarriers() {
        long bytes = 0;
        long phases = 1;
        for (List<Instruction> stream : program.streams()) {
            for (Instruction i : stream) {
                if (i instanceof Instruction.Load load) {
                    boolean fixed = load.count().mode() == Extent.Mode.FIXED;
                    bytes += (long) load.rowBytes() * (fixed ? load.count().imm() : 1);
                }
            }
        }
        for (Instruction i : program.streams().getFirst()) {
            phases += i instanceof Instruction.Barrier ? 1 : 0;
        }
        return bytes / phases;
    }
}
