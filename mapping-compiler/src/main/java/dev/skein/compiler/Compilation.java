package dev.skein.compiler;

import dev.skein.compiler.artifact.Executable;
import dev.skein.compiler.artifact.Stripes;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.fpga.FpgaCompiler;
import dev.skein.compiler.fpga.FpgaPlan;
import dev.skein.compiler.fpga.FpgaTarget;
import dev.skein.compiler.fpga.ImageBuilder;
import dev.skein.compiler.fpga.LengthStrategy;
import dev.skein.compiler.fpga.MemoryImages;
import dev.skein.compiler.fpga.Phase;
import dev.skein.compiler.fpga.Placement;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.compiler.pass.SmoothActivations;
import dev.skein.compiler.pass.SpanShare;
import dev.skein.hls.board.Board;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntConsumer;

/** The way from a model to a program, pass by pass. */
public final class Compilation {

    /**
     * What to compile for.
     *
     * @param scheme weight formats
     * @param maxContext positions of the KV cache
     * @param smoothing SmoothQuant strength, 0 to 1; needs calibration texts in the context
     * @param lengths how programs serve all lengths
     * @param cards of the board, over which the model is split
     */
    public record Options(QuantScheme scheme, int maxContext, OptionalDouble smoothing,
            LengthStrategy lengths, int cards) {
        /** For one card. */
        public Options(QuantScheme scheme, int maxContext, OptionalDouble smoothing,
                LengthStrategy lengths) {
            this(scheme, maxContext, smoothing, lengths, 1);
        }

        /** One program of a phase for all lengths. */
        public Options(QuantScheme scheme, int maxContext, OptionalDouble smoothing) {
            this(scheme, maxContext, smoothing, LengthStrategy.PARAMETRIC);
        }
    }

    private final Board board;
    private final Options options;
    private final PassRunner runner;

    /** A compilation that dumps nothing. */
    public Compilation(Board board, Options options) {
        this(board, options, new PassRunner(passes(board, options)));
    }

    /** A compilation with a runner of {@link #passes}. */
    public Compilation(Board board, Options options, PassRunner runner) {
        this.board = board;
        this.options = options;
        this.runner = runner;
    }

    /** The pipeline, in order. */
    public static List<Pass> passes(Board board, Options options) {
        var passes = new ArrayList<Pass>();
        options.smoothing().ifPresent(alpha -> passes.add(new SmoothActivations(alpha)));
        passes.add(new QuantiseWeights(options.scheme()));
        passes.add(new Placement(FpgaTarget.of(board).times(options.cards())));
        return passes;
    }

    /** Runs the passes on a model's graph. */
    public Graph graph(ModelConfig config, PassContext context) {
        return runner.run(GraphBuilder.build(config), context).graph();
    }

    /**
     * Maps a shape to the board, which needs no weights.
     *
     * @param phases the programs to make
     */
    public FpgaPlan plan(ModelConfig config, Set<Phase> phases) {
        return FpgaCompiler.compile(graph(config, PassContext.shapesOnly()),
                FpgaTarget.of(board).times(options.cards()), options.maxContext(),
                options.lengths(), phases);
    }

    /**
     * Compiles a model with its weights.
     *
     * @param arena owns the weight images
     * @param provenance of the result, by name
     * @param progress is told the bytes of each tile that is packed, from several threads
     */
    public Executable compile(ModelHeader header, PassContext context, Arena arena,
            Map<String, String> provenance, IntConsumer progress) {
        Graph graph = graph(header.config(), context);
        FpgaPlan plan = FpgaCompiler.compile(graph, FpgaTarget.of(board).times(options.cards()),
                options.maxContext(), options.lengths(), EnumSet.allOf(Phase.class));
        Weights weights = context.weights().orElseThrow(
                () -> new IllegalArgumentException("compiling needs weights"));
        MemoryImages images = ImageBuilder.build(plan, weights, arena, progress::accept);
        return new Executable(header, plan.target().name(), options.scheme().toString(),
                plan.programs(), images, Stripes.of(board, options.cards()),
                withSparsity(provenance, graph));
    }

    private Map<String, String> withSparsity(Map<String, String> provenance, Graph graph) {
        double share = SpanShare.of(graph, options.maxContext());
        if (share == 0) {
            return provenance;
        }
        var out = new HashMap<>(provenance);
        out.put(Executable.ATTENTION_SPARSITY, String.format(Locale.ROOT, "%.6f", share));
        return out;
    }
}
