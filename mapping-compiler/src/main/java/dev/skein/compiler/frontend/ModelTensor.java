package dev.skein.compiler.frontend;

import java.util.ArrayList;
import java.util.List;

/**
 * One weight tensor under the name that this compiler uses for it, whatever its file calls it.
 *
 * <p>The names: {@code embed}, {@code positions}, {@code layer.N.attn_norm.weight},
 * {@code layer.N.q.weight} (also {@code k}, {@code v}, {@code o}),
 * {@code layer.N.q_norm.weight}, {@code layer.N.k_norm.weight},
 * {@code layer.N.mlp_norm.weight}, {@code layer.N.gate.weight}, {@code layer.N.up.weight},
 * {@code layer.N.down.weight}, {@code final_norm.weight} and {@code head.weight}; a bias ends in
 * {@code .bias} instead. Without a gate, {@code up} is the first layer and {@code down} the
 * second. {@code head.weight} is absent when it is the embedding.
 *
 * @param name the canonical name
 * @param shape row-major: {@code [outputs, inputs]} for a projection, {@code [rows, hiddenSize]}
 *     for a table, {@code [n]} for a norm or a bias. {@code positions} is
 *     {@code [maxPositions, hiddenSize]}: the rows before position 0 are not part of it
 */
public record ModelTensor(String name, List<Integer> shape) {

    public ModelTensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** All tensors of a model, from the embedding to the head. */
    public static List<ModelTensor> of(ModelConfig config) {
        List<ModelTensor> all = new ArrayList<>();
        int hidden = config.hiddenSize();
        all.add(matrix("embed", config.vocabSize(), hidden));
        if (config.positions() instanceof Positions.Learned) {
            all.add(matrix("positions", config.maxPositions(), hidden));
        }
        for (int layer = 0; layer < config.layers(); layer++) {
            addAttention(all, "layer." + layer + ".", config);
            addMlp(all, "layer." + layer + ".", config);
        }
        addNorm(all, "final_norm", config);
        if (!config.tiedEmbeddings()) {
            all.add(matrix("head.weight", config.vocabSize(), hidden));
        }
        return List.copyOf(all);
    }

    private static void addAttention(List<ModelTensor> all, String layer, ModelConfig config) {
        ModelConfig.Attention attention = config.attention();
        int hidden = config.hiddenSize();
        addNorm(all, layer + "attn_norm", config);
        addLinear(all, layer + "q", attention.qWidth(), hidden, attention.qkvBias());
        addLinear(all, layer + "k", attention.kvWidth(), hidden, attention.qkvBias());
        addLinear(all, layer + "v", attention.kvWidth(), hidden, attention.qkvBias());
        if (attention.qkNorm()) {
            all.add(vector(layer + "q_norm.weight", attention.headDim()));
            all.add(vector(layer + "k_norm.weight", attention.headDim()));
        }
        addLinear(all, layer + "o", hidden, attention.qWidth(), attention.outBias());
    }

    private static void addMlp(List<ModelTensor> all, String layer, ModelConfig config) {
        ModelConfig.Mlp mlp = config.mlp();
        int hidden = config.hiddenSize();
        addNorm(all, layer + "mlp_norm", config);
        if (mlp.gated()) {
            addLinear(all, layer + "gate", mlp.intermediateSize(), hidden, mlp.bias());
        }
        addLinear(all, layer + "up", mlp.intermediateSize(), hidden, mlp.bias());
        addLinear(all, layer + "down", hidden, mlp.intermediateSize(), mlp.bias());
    }

    private static void addNorm(List<ModelTensor> all, String name, ModelConfig config) {
        all.add(vector(name + ".weight", config.hiddenSize()));
        if (config.norm().bias()) {
            all.add(vector(name + ".bias", config.hiddenSize()));
        }
    }

    private static void addLinear(List<ModelTensor> all, String name, int outputs, int inputs,
                                  boolean bias) {
        all.add(matrix(name + ".weight", outputs, inputs));
        if (bias) {
            all.add(vector(name + ".bias", outputs));
        }
    }

    private static ModelTensor matrix(String name, int rows, int columns) {
        return new ModelTensor(name, List.of(rows, columns));
    }

    private static ModelTensor vector(String name, int length) {
        return new ModelTensor(name, List.of(length));
    }
}
