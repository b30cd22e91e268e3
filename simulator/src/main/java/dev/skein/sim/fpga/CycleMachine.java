package dev.skein.sim.fpga;

import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.sim.trace.StepObserver;

/** The event-driven cycle-level machine; the timing rules are the package documentation. */
public final class CycleMachine {
    private final Program program;
    private final Board board;
    private final Values values;

    /**
     * A board with a program on it.
     *
     * @param values what computes values, or {@link Values#NONE}
     * @throws SimulationException if the program does not fit the board
     */
    public CycleMachine(VerifiedProgram program, Board board, Values values) {
        this(program.program(), board, values);
    }

    /** For timing tests that need no meaningful program. */
    CycleMachine(Program program, Board board, Values values) {
        Fit.check(program, board);
        this.program = program;
        this.board = board;
        this.values = values;
    }

    /**
     * Runs one step from an idle board.
     *
     * @param position tokens in the cache before the step
     * @param tokens of the step
     * @throws SimulationException if the lengths are outside the program's, or it stops moving
     */
    public CycleReport run(int position, int tokens) {
        return run(position, tokens, StepObserver.NONE);
    }

    /**
     * The same, told to an observer.
     *
     * @throws SimulationException see {@link #run(int, int)}
     */
    public CycleReport run(int position, int tokens, StepObserver observer) {
        Fit.check(program, position, tokens);
        var run = new EventRun(program, board, values, observer, position, tokens);
        long cycles = run.run();
        return run.accounts.report(program.name(), board, position, tokens, cycles,
                run.memories.finish(cycles, run.accounts),
                run.memories.finishFetch(cycles, run.fetchedBytes()));
    }
}
