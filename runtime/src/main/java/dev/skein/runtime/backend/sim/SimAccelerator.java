package dev.skein.runtime.backend.sim;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.ServedProgram;
import dev.skein.hls.board.Board;
import dev.skein.hls.isa.Program;
import dev.skein.hls.isa.VerifiedProgram;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import dev.skein.runtime.device.StepCost;
import dev.skein.sim.functional.DeviceMemory;
import dev.skein.sim.trace.StepObserver;
import dev.skein.sim.trace.TraceRecorder;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs the programs of an executable on a simulated board, all on the same memory: the one of a
 * step is picked by its position and tokens.
 */
public final class SimAccelerator implements Accelerator {

    /** Whether time is simulated. */
    public enum Timing {
        /** Values only, as fast as this machine can. */
        FUNCTIONAL,
        /** Values and cycles. */
        CYCLE;

        /** Lower case, as on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Executable executable;
    private final DeviceMemory memory;
    private final Board board;
    private final String how;
    private final Machines execution;
    private final boolean timed;
    private final Map<Phase, Loaded> machines = new EnumMap<>(Phase.class);
    private final String description;
    private TraceRecorder recorder;
    private int position;

    /** A machine and the program it is for; only the last one of each phase is kept. */
    private record Loaded(ServedProgram program, Machine machine) {
    }

    /** Loads an executable on a simulator. */
    public SimAccelerator(Executable executable, Board board, Timing timing) {
        this(executable, board, timing.toString(), switch (timing) {
            case FUNCTIONAL -> Machine::functional;
            case CYCLE -> null;
        });
    }

    /**
     * Loads an executable on other machines, which simulate no time.
     *
     * @param how what they are, for people
     * @param execution makes them
     */
    public static SimAccelerator on(Executable executable, Board board, String how,
            Machines execution) {
        return new SimAccelerator(executable, board, how, Objects.requireNonNull(execution));
    }

    /** Without an execution: the one that simulates time. */
    private SimAccelerator(Executable executable, Board board, String how, Machines execution) {
        this.executable = executable;
        this.board = board;
        this.how = how;
        this.execution = execution != null ? execution : this::cycle;
        this.timed = execution == null;
        List<Program> programs = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            programs.add(executable.program(phase).program());
        }
        this.memory = DeviceMemory.of(programs, r -> executable.images().segments().get(r.name()));
        this.description = executable.config().name() + ", " + executable.weights() + " on "
                + board.name() + ", simulated (" + (timed ? "cycle-level" : how) + ")";
    }

    @Override
    public Step step(int... tokens) {
        int vocab = executable.config().vocabSize();
        Step.require(this, vocab, tokens);
        memory.writeTokens(tokens);
        Optional<StepCost> cost = machine(tokens.length).run(position, tokens.length);
        if (recorder != null) {
            recorder.endStep("position " + position + ", " + tokens.length + " tokens",
                    cost.orElseThrow().cycles());
        }
        position += tokens.length;
        return new Step(memory.readLogits(vocab), cost);
    }

    /** The board that is simulated. */
    public Board board() {
        return board;
    }

    /**
     * From now on, tells a recorder what happens in each step.
     *
     * @throws IllegalArgumentException if no time is simulated
     */
    public void record(TraceRecorder newRecorder) {
        if (!timed) {
            throw new IllegalArgumentException("--trace and --csv need --timing cycle, found "
                    + how);
        }
        recorder = newRecorder;
        close();
    }

    private Machine machine(int tokens) {
        ServedProgram served = executable.programs().of(position, tokens);
        Loaded loaded = machines.get(served.phase());
        if (loaded == null || loaded.program() != served) {
            if (loaded != null) {
                loaded.machine().close();
            }
            loaded = new Loaded(served, execution.machine(served.program(), memory));
            machines.put(served.phase(), loaded);
        }
        return loaded.machine();
    }

    private Machine cycle(VerifiedProgram program, DeviceMemory on) {
        return Machine.cycle(program, board, on, recorder == null ? StepObserver.NONE : recorder);
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public int maxContext() {
        return executable.maxContext();
    }

    @Override
    public int maxTokens() {
        return executable.program(Phase.PREFILL).program().maxTokens();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        machines.values().forEach(loaded -> loaded.machine().close());
        machines.clear();
    }
}
