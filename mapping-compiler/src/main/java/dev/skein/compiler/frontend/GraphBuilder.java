package dev.skein.compiler.frontend;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.Verifier;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a model's configuration out as a graph. Values of layer N are called {@code layer.N.}
 * and {@code attn_norm, q, k, v, q_norm, k_norm, q_rope, k_rope, attn, o, attn_add, mlp_norm,
 * gate, up, act, down, mlp_add}; outside the layers {@code embed, positions, final_norm, last,
 * head, logits}. Weights have the names of {@code ModelTensor}; the RoPE table is the weight
 * {@value #ROPE}, which {@link RopeTable} computes.
 */
public final class GraphBuilder {
    /** Name of the table of cosines and sines. */
    public static final String ROPE = "rope";

    private final ModelConfig config;
    private final List<Node> nodes = new ArrayList<>();

    private GraphBuilder(ModelConfig config) {
        this.config = config;
    }

    /** The model's graph at stage {@code TENSOR}, verified. */
    public static Graph build(ModelConfig config) {
        GraphBuilder builder = new GraphBuilder(config);
        builder.addModel();
        Graph graph = new Graph(config.name(), Stage.TENSOR, builder.nodes);
        Verifier.verify(graph);
        return graph;
    }

    private void addModel() {
        int hidden = config.hiddenSize();
        WeightRef table = new WeightRef("embed", config.vocabSize(), hidden);
        Value x = add("embed", new Op.Embed(table));
        if (config.positions() instanceof Positions.Learned) {
            x = add("positions", new Op.PositionEmbed(x,
                    new WeightRef("positions", config.maxPositions(), hidden)));
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            x = addAttention(x, layer);
            x = addMlp(x, "layer." + layer + ".");
        }
        x = norm("final_norm", add("last", new Op.LastToken(x)));
        WeightRef head = config.tiedEmbeddings() ? table
                : new WeightRef("head.weight", config.vocabSize(), hidden);
        x = add("head", new Op.Linear(x, head, Optional.empty(), Optional.empty()));
        add("logits", new Op.Output(x));
    }

    private Value addAttention(Value x, int layer) {
        ModelConfig.Attention a = config.attention();
        String prefix = "layer." + layer + ".";
        Value normed = norm(prefix + "attn_norm", x);
        int hidden = config.hiddenSize();
        Value q = linear(prefix + "q", normed, hidden, a.qWidth(), a.qkvBias());
        Value k = linear(prefix + "k", normed, hidden, a.kvWidth(), a.qkvBias());
        Value v = linear(prefix + "v", normed, hidden, a.kvWidth(), a.qkvBias());
        if (a.qkNorm()) {
            q = headNorm(prefix + "q_norm", q, a.heads());
            k = headNorm(prefix + "k_norm", k, a.kvHeads());
        }
        if (config.positions() instanceof Positions.Rope rope) {
            q = rope(prefix + "q_rope", q, a.heads(), rope);
            k = rope(prefix + "k_rope", k, a.kvHeads(), rope);
        }
        float factor = (float) (1 / Math.sqrt(a.headDim()));
        Value attended = add(prefix + "attn", new Op.Attention(q, k, v, a.heads(), a.kvHeads(),
                a.headDim(), layer, factor, config.attentionSpans().isEmpty() ? Optional.empty()
                : Optional.of(config.attentionSpans().get(layer))));
        Value o = linear(prefix + "o", attended, a.qWidth(), hidden, a.outBias());
        return add(prefix + "attn_add", new Op.Binary(x, o, EwiseFunction.ADD));
    }

    private Value addMlp(Value x, String prefix) {
        ModelConfig.Mlp mlp = config.mlp();
        int hidden = config.hiddenSize();
        int inner = mlp.intermediateSize();
        Value normed = norm(prefix + "mlp_norm", x);
        Value act;
        if (mlp.gated()) {
            Value gate = linear(prefix + "gate", normed, hidden, inner, mlp.bias());
            Value up = linear(prefix + "up", normed, hidden, inner, mlp.bias());
            act = gated(prefix, gate, up);
        } else {
            Value up = linear(prefix + "up", normed, hidden, inner, mlp.bias());
            act = add(prefix + "act", new Op.Unary(up, function()));
        }
        Value down = linear(prefix + "down", act, inner, hidden, mlp.bias());
        return add(prefix + "mlp_add", new Op.Binary(x, down, EwiseFunction.ADD));
    }

    private Value gated(String prefix, Value gate, Value up) {
        if (config.mlp().activation() == Activation.SILU) {
            return add(prefix + "act", new Op.Binary(gate, up, EwiseFunction.SILU_MUL));
        }
        Value fn = add(prefix + "gate_act", new Op.Unary(gate, function()));
        return add(prefix + "act", new Op.Binary(fn, up, EwiseFunction.MUL));
    }

    private EwiseFunction function() {
        return switch (config.mlp().activation()) {
            case SILU -> EwiseFunction.SILU;
            case RELU -> EwiseFunction.RELU;
            case GELU_TANH -> EwiseFunction.GELU_TANH;
            case GELU_ERF -> EwiseFunction.GELU_ERF;
        };
    }

    private Value norm(String name, Value x) {
        WeightRef weight = WeightRef.vector(name + ".weight", config.hiddenSize());
        Optional<WeightRef> bias = config.norm().bias()
                ? Optional.of(WeightRef.vector(name + ".bias", config.hiddenSize()))
                : Optional.empty();
        NormKind kind = switch (config.norm().kind()) {
            case RMS -> NormKind.RMS;
            case LAYER -> NormKind.LAYER;
        };
        return add(name, new Op.Norm(x, kind, weight, bias, config.norm().epsilon(), 1));
    }

    /** Qwen3: every head of q and k is RMS-normalised with the same weight. */
    private Value headNorm(String name, Value x, int heads) {
        WeightRef weight = WeightRef.vector(name + ".weight", config.attention().headDim());
        return add(name, new Op.Norm(x, NormKind.RMS, weight, Optional.empty(),
                config.norm().epsilon(), heads));
    }

    private Value linear(String name, Value x, int in, int out, boolean biased) {
        Optional<WeightRef> bias = biased
                ? Optional.of(WeightRef.vector(name + ".bias", out)) : Optional.empty();
        return add(name, new Op.Linear(x, new WeightRef(name + ".weight", out, in), bias,
                Optional.empty()));
    }

    private Value rope(String name, Value x, int heads, Positions.Rope rope) {
        RopeStyle style = switch (rope.style()) {
            case INTERLEAVED -> RopeStyle.INTERLEAVED;
            case HALF -> RopeStyle.HALF;
        };
        return add(name, new Op.Rope(x, heads, config.attention().headDim(), rope.rotaryDim(),
                style, new WeightRef(ROPE, config.maxPositions(), rope.rotaryDim())));
    }

    private Value add(String name, Op op) {
        Node node = Node.of(name, op);
        nodes.add(node);
        return node.value();
    }
}
