package dev.skein.runtime;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.board.Board;
import dev.skein.hls.board.resource.FitCheck;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Measures how fast this machine simulates. */
public final class Bench implements AutoCloseable {
    private static final long SEED = 1;
    private static final int CONTEXT = 512;

    /**
     * A measurement.
     *
     * @param tokensPerSecond median over the runs
     * @param simulatedCyclesPerSecond of the median run; 0 without timing
     */
    public record Row(String model, String weights, String timing, double tokensPerSecond,
            double simulatedCyclesPerSecond) {}

    record Run(double tokensPerSecond, double cyclesPerSecond) {}

    private final Executable executable;
    private final Board board;
    private final Arena arena;

    private Bench(Executable executable, Board board, Arena arena) {
        this.executable = executable;
        this.board = board;
        this.arena = arena;
    }

    /** Compiles a model, by default with its own scheme or w8; seeded weights where it has none. */
    public static Bench open(String spec, Optional<String> weights, String target,
            AttentionSparsity attention) throws IOException {
        return open(spec, weights, board(target), attention);
    }

    /** For a board that no file describes, with the attention of the model. */
    static Bench open(String spec, Optional<String> weights, Board board) throws IOException {
        return open(spec, weights, board, AttentionSparsity.NONE);
    }

    static Board board(String target) throws IOException {
        return FitCheck.load(target);
    }

    Executable executable() {
        return executable;
    }

    Board board() {
        return board;
    }

    private static Bench open(String spec, Optional<String> weights, Board board,
            AttentionSparsity attention) throws IOException {
        Arena arena = Arena.ofShared();
        try (Model opened = Model.open(BundledModel.resolve(spec))) {
            Model model = attention.apply(opened, _ -> { });
            ModelConfig config = model.config();
            Weights values = model.source().isPresent() ? model.weights()
                    : new SeededWeights(config, SEED);
            var options = new Compilation.Options(QuantScheme.parse(
                    Loader.scheme(model, weights, "w8")),
                    Math.min(CONTEXT, config.maxPositions()), OptionalDouble.empty());
            Executable executable = new Compilation(board, options).compile(model.header(),
                    PassContext.of(values), arena, Map.of("seed", String.valueOf(SEED)), _ -> { });
            return new Bench(executable, board, arena);
        } catch (IOException | RuntimeException e) {
            arena.close();
            throw e;
        }
    }

    /** Share of the 64 x 64 blocks of attention left out of the longest sequence. */
    public double attentionSparsity() {
        return executable.attentionSparsity();
    }

    /** Functional and cycle mode. */
    public List<Row> run(int tokens, int runs) {
        int steps = Math.min(tokens, executable.maxContext());
        var rows = new ArrayList<Row>();
        for (Timing timing : Timing.values()) {
            try (var device = new SimAccelerator(executable, board, timing)) {
                decode(device, steps);
                Run[] all = new Run[runs];
                Arrays.setAll(all, _ -> decode(device, steps));
                Arrays.sort(all, Comparator.comparingDouble(Run::tokensPerSecond));
                Run median = all[runs / 2];
                rows.add(new Row(executable.config().name(), executable.weights(),
                        timing.name().toLowerCase(Locale.ROOT), median.tokensPerSecond,
                        median.cyclesPerSecond));
            }
        }
        return rows;
    }

    static Run decode(Accelerator device, int steps) {
        device.reset();
        long cycles = 0;
        int token = 1;
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            Step step = device.step(token);
            token = Step.likeliest(step.logits());
            cycles += step.cost().map(c -> c.cycles()).orElse(0L);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Run(steps / seconds, cycles / seconds);
    }

    @Override
    public void close() {
        arena.close();
    }
}
