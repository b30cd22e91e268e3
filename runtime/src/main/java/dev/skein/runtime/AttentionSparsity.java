package dev.skein.runtime;

import dev.skein.compiler.calibrate.SampledText;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Spans;
import dev.skein.compiler.pass.SparsifyAttention;
import dev.skein.compiler.pass.SpanShare;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Which part of its attention a model leaves out.
 *
 * @param sparsity wanted share of the 64 x 64 blocks; 0 leaves a model as it is
 * @param choice where the spans come from
 */
public record AttentionSparsity(double sparsity, Choice choice) {
    /** Models as they are. */
    public static final AttentionSparsity NONE = new AttentionSparsity(0, Choice.NOMINAL);

    /** Texts that a model writes to have its heads measured, and the seed of their words. */
    private static final int TEXTS = 8;
    private static final long SEED = 1;
    /** Tokens of a text: longer ones tell more of far blocks and take longer to write. */
    private static final int TOKENS = 1024;

    /** Where spans come from. */
    public enum Choice {
        /** The same for all heads, from the sparsity alone. */
        NOMINAL,
        /** For each head, from its attention in texts that the model writes. */
        MEASURED;

        /** Lower case, as on the command line. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the share. */
    public AttentionSparsity {
        pass(sparsity, choice);
    }

    private static SparsifyAttention pass(double sparsity, Choice choice) {
        return new SparsifyAttention(sparsity, choice == Choice.MEASURED);
    }

    /**
     * The model with these spans; its own, if it has some, are replaced.
     *
     * @param log takes remarks, one line each
     */
    public Model apply(Model model, Consumer<String> log) {
        if (sparsity == 0) {
            return model;
        }
        PassContext context = switch (choice) {
            case NOMINAL -> PassContext.shapesOnly();
            case MEASURED -> PassContext.of(model.weights(), texts(model), log);
        };
        return with(model, apply(model.config(), context));
    }

    /** The model without spans: every token sees all before it. */
    public static Model without(Model model) {
        return with(model, model.config().withAttentionSpans(List.of()));
    }

    private static Model with(Model model, ModelConfig config) {
        return new Model(new ModelHeader(config, model.header().tokenizer(),
                model.header().files()), model.source(), model.container());
    }

    /**
     * The shape with these spans.
     *
     * @throws IllegalArgumentException if they have to be measured
     */
    public ModelConfig apply(ModelConfig config) {
        return sparsity == 0 ? config : apply(config, PassContext.shapesOnly());
    }

    private ModelConfig apply(ModelConfig config, PassContext context) {
        Graph graph = pass(sparsity, choice).run(GraphBuilder.build(config), context);
        List<Spans> layers = graph.nodes().stream()
                .filter(n -> n.op() instanceof Op.Attention)
                .map(n -> ((Op.Attention) n.op()).spans().orElseThrow()).toList();
        return config.withAttentionSpans(layers);
    }

    private static List<int[]> texts(Model model) {
        int bos = model.header().tokenizer().flatMap(t -> t.bos().stream().boxed().findFirst())
                .orElseThrow(() -> new IllegalArgumentException("model " + model.config().name()
                        + " has no BOS token, so it cannot write texts to measure its heads on:"
                        + " choose --attention-spans nominal"));
        return SampledText.sample(GraphBuilder.build(model.config()), model.weights(), bos, SEED,
                TEXTS, TOKENS);
    }

    /** Share of the blocks that a model leaves out of sequences of {@code tokens}. */
    public static double reached(ModelConfig config, int tokens) {
        return SpanShare.of(GraphBuilder.build(config), tokens);
    }
}
