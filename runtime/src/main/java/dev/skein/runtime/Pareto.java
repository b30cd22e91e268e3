package dev.skein.runtime;

import dev.skein.compiler.Compilation;
import dev.skein.compiler.calibrate.Calibration;
import dev.skein.compiler.compress.Method;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.board.Board;
import dev.skein.runtime.backend.reference.ReferenceAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.device.Accelerator;
import dev.skein.sim.fpga.CycleMachine;
import dev.skein.sim.fpga.CycleReport;
import dev.skein.sim.fpga.Values;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What weight schemes cost in accuracy and bring in speed and energy: perplexity of a text by the
 * interpreter with int8 activations and KV cache, and a decode step on a board by simulation.
 * Calibration texts are written by the model; the text that is measured is not looked at before.
 */
public final class Pareto {
    /** Context of the simulated decode step, if the model has as many positions. */
    public static final int CONTEXT = 128;

    /**
     * A scheme's line.
     *
     * @param perplexity with the chosen method
     * @param magnitude perplexity with the largest magnitudes kept and scales searched
     * @param rounded perplexity of rounding to nearest
     * @param functional perplexity on the functional machine, where asked for
     * @param bitsPerWeight of the linear layers in memory, scales and indices included
     * @param tokensPerSecond of a decode step, simulated
     * @param joulesPerToken of it, estimated
     */
    public record Row(String scheme, String method, double perplexity, double magnitude,
            double rounded, OptionalDouble functional, double bitsPerWeight,
            double tokensPerSecond, double joulesPerToken) {

        /** Whether this is nowhere worse than the other and somewhere better. */
        boolean dominates(Row other) {
            boolean noWorse = perplexity <= other.perplexity
                    && tokensPerSecond >= other.tokensPerSecond
                    && joulesPerToken <= other.joulesPerToken;
            return noWorse && (perplexity < other.perplexity
                    || tokensPerSecond > other.tokensPerSecond
                    || joulesPerToken < other.joulesPerToken);
        }
    }

    private final Model model;
    private final Board board;
    private final Compression compression;
    private final Consumer<String> log;
    private final List<int[]> documents;
    private final int context;
    private List<int[]> texts;

    /**
     * A comparison.
     *
     * @param text documents parted by {@code <|endoftext|>} lines
     * @param log takes remarks, one line each
     */
    public Pareto(Model model, Board board, Compression compression, String text,
            Consumer<String> log) {
        if (model.scheme().isPresent()) {
            throw new IllegalArgumentException("model " + model.config().name()
                    + " is compressed already: name the model it was made of");
        }
        this.model = model;
        this.board = board;
        this.compression = compression;
        this.log = log;
        context = Loader.context(model.config(), OptionalInt.empty());
        var tokenizer = model.header().tokenizer().orElseThrow(() -> new IllegalArgumentException(
                "model " + model.config().name() + " has no tokenizer for the text"));
        documents = Perplexity.documents(text).stream().map(tokenizer::encodeWithBos).toList();
    }

    /** Which rows no other dominates. */
    public static List<Row> front(List<Row> rows) {
        return rows.stream().filter(r -> rows.stream().noneMatch(o -> o.dominates(r))).toList();
    }

    /** Perplexity of the model as it is, in binary32. */
    public double unquantised() {
        return perplexity(new ReferenceAccelerator(GraphBuilder.build(model.config()),
                model.weights(), context, "f32"));
    }

    /**
     * Measures a scheme.
     *
     * @param confirm whether to run it on the functional machine, too
     */
    public Row measure(QuantScheme scheme, boolean confirm) {
        Graph graph = Compression.graph(model, scheme);
        Weights weights = weights(compression.method(), scheme);
        double magnitude = interpreted(graph, weights(Method.MAGNITUDE, scheme), scheme);
        CycleReport step = simulate(scheme);
        return new Row(scheme.toString(), compression.toString(),
                compression.method() == Method.MAGNITUDE ? magnitude
                        : interpreted(graph, weights, scheme), magnitude,
                interpreted(graph, weights(Method.RTN, scheme), scheme),
                confirm ? OptionalDouble.of(functional(scheme, weights))
                        : OptionalDouble.empty(),
                bitsPerWeight(graph), step.tokensPerSecond(), step.joules() / step.tokens());
    }

    private Weights weights(Method method, QuantScheme scheme) {
        if (method.calibrated() && texts == null) {
            texts = compression.calibration().sample(model);
            log.accept("calibrated on " + texts.size() + " texts of " + Calibration.TOKENS
                    + " tokens at most that the model wrote, seed "
                    + compression.calibration().seed());
        }
        return new Compression(method, compression.calibration()).apply(model, scheme,
                method.calibrated() ? texts : List.of(), log);
    }

    private double interpreted(Graph graph, Weights weights, QuantScheme scheme) {
        return perplexity(new ReferenceAccelerator(graph, weights, context, scheme.toString()));
    }

    private double perplexity(Accelerator device) {
        return new Perplexity(device, Math.max(1, context / 2)).run(documents, _ -> { })
                .perplexity();
    }

    private double functional(QuantScheme scheme, Weights weights) {
        var options = new LoadOptions(LoadOptions.DeviceKind.SIM,
                SimAccelerator.Timing.FUNCTIONAL, board.name(), Optional.of(scheme.toString()),
                OptionalInt.of(context));
        try (Arena arena = Arena.ofShared()) {
            var executable = new Loader(options, _ -> { }).compile(model, board, arena, weights);
            return perplexity(new SimAccelerator(executable, board, options.timing()));
        }
    }

    private CycleReport simulate(QuantScheme scheme) {
        int position = Math.min(CONTEXT, context);
        var options = new Compilation.Options(scheme, position, OptionalDouble.empty());
        FpgaPlan plan = new Compilation(board, options).plan(model.config(), Set.of(Phase.DECODE));
        return new CycleMachine(plan.program(Phase.DECODE), board, Values.NONE)
                .run(position - 1, 1);
    }

    private static double bitsPerWeight(Graph graph) {
        double bits = 0;
        double count = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Linear linear) {
                double elements = linear.weight().elements();
                bits += elements * linear.format().orElseThrow()
                        .bitsPerWeight(linear.weight().cols());
                count += elements;
            }
        }
        return bits / count;
    }
}
