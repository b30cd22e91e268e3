package dev.skein.compiler.frontend.sample;

import dev.skein.compiler.frontend.Activation;
import dev.skein.compiler.frontend.Family;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.frontend.RopeScaling;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Spans;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Small models of every family with sizes that are no multiples of anything: what a test runs
 * through every execution and compares. The same seed gives the same model.
 */
public final class RandomModels {
    private static final Family[] FAMILIES = Family.values();

    private final SplittableRandom random;
    private final long seed;

    private RandomModels(long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
    }

    /** The model of a seed: at most 3 layers, a hidden size of at most 160, a context of 24. */
    public static ModelConfig config(long seed) {
        return new RandomModels(seed).draw();
    }

    /** The model of a seed, but with a context of {@code positions}. */
    public static ModelConfig config(long seed, int positions) {
        ModelConfig c = config(seed);
        return new ModelConfig(c.name(), c.family(), c.vocabSize(), c.hiddenSize(), c.layers(),
                positions, c.attention(), c.mlp(), c.norm(), c.positions(), c.tiedEmbeddings(),
                c.special(), c.attentionSpans());
    }

    /** The graph with random spans, of one head in four dense; one layer in four has none. */
    public static Graph withSpans(Graph graph, long seed) {
        var random = new SplittableRandom(seed);
        return graph.mapOps(graph.stage(), node -> {
            if (!(node.op() instanceof Op.Attention attention)) {
                return node.op();
            }
            var heads = new ArrayList<Span>();
            for (int h = 0; h < attention.kvHeads(); h++) {
                heads.add(random.nextInt(4) == 0 ? Span.DENSE
                        : new Span(random.nextInt(3), 1 + random.nextInt(3),
                                random.nextInt(3) == 0 ? random.nextInt(256) : 0));
            }
            return attention.withSpans(random.nextInt(4) == 0 ? Optional.empty()
                    : Optional.of(new Spans(heads)));
        });
    }

    /** Token ids for a model, {@code [count]}. */
    public static int[] tokens(ModelConfig config, long seed, int count) {
        return new SplittableRandom(seed).ints(count, 0, config.vocabSize()).toArray();
    }

    private ModelConfig draw() {
        Family family = FAMILIES[random.nextInt(FAMILIES.length)];
        boolean llama = switch (family) {
            case LLAMA, MISTRAL, QWEN2, QWEN3 -> true;
            case OPT, GPT2 -> false;
        };
        int headDim = 2 * between(2, 12);
        int kvHeads = between(1, 5);
        int heads = llama ? kvHeads * between(1, 3) : kvHeads;
        int hidden = between(5, 160);
        var attention = new ModelConfig.Attention(heads, kvHeads, headDim,
                family == Family.QWEN2 || !llama, !llama, family == Family.QWEN3);
        var mlp = new ModelConfig.Mlp(between(5, 200), activation(llama), llama, !llama);
        var kind = llama ? ModelConfig.Norm.Kind.RMS : ModelConfig.Norm.Kind.LAYER;
        return new ModelConfig("random-" + seed, family, between(3, 300), hidden, between(1, 3),
                between(8, 24), attention, mlp,
                new ModelConfig.Norm(kind, random.nextBoolean() ? 1e-5f : 1e-6f),
                llama ? rope(headDim) : new Positions.Learned(random.nextInt(3)),
                random.nextBoolean(), ModelConfig.SpecialTokens.NONE);
    }

    private Activation activation(boolean llama) {
        Activation[] all = Activation.values();
        return llama && random.nextInt(4) > 0 ? Activation.SILU : all[random.nextInt(all.length)];
    }

    private Positions.Rope rope(int headDim) {
        Positions.Rope.Style style = random.nextBoolean() ? Positions.Rope.Style.HALF
                : Positions.Rope.Style.INTERLEAVED;
        int rotaryDim = random.nextInt(4) == 0 ? 2 * between(1, headDim / 2) : headDim;
        RopeScaling scaling = switch (random.nextInt(3)) {
            case 0 -> new RopeScaling.Linear(2);
            case 1 -> new RopeScaling.Llama3(8, 1, 4, 64);
            default -> new RopeScaling.None();
        };
        return new Positions.Rope(random.nextBoolean() ? 10000 : 500000, style, rotaryDim,
                scaling);
    }

    /** Uniform in {@code [low, high]}. */
    private int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }
}
