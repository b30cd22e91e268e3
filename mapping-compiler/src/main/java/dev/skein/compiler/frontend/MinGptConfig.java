package dev.skein.compiler.frontend;

/**
 * The configuration inside a minGPT state dictionary written as JSON: LayerNorm, learned
 * positions, GELU by tanh, biases everywhere, a head of its own.
 */
public final class MinGptConfig {

    private MinGptConfig() {
    }

    /**
     * Reads the object {@code config} of such a file.
     *
     * @throws FormatException if a field is missing or out of range
     */
    public static ModelConfig parse(JsonFields config) {
        int hidden = config.integer("n_embd", 1, ModelConfig.MAX_WIDTH / 4);
        int heads = config.integer("n_head", 1, ModelConfig.MAX_HEADS);
        if (hidden % heads != 0) {
            throw config.error("n_head", heads, "it divides n_embd " + hidden);
        }
        return new ModelConfig(config.string("model_type", "minGPT"), Family.GPT2,
                config.integer("vocab_size", 1, ModelConfig.MAX_VOCAB), hidden,
                config.integer("n_layer", 1, ModelConfig.MAX_LAYERS),
                config.integer("block_size", 1, ModelConfig.MAX_POSITIONS),
                new ModelConfig.Attention(heads, heads, hidden / heads, true, true, false),
                new ModelConfig.Mlp(Math.multiplyExact(4, hidden), Activation.GELU_TANH, false,
                        true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER, 1e-5f),
                new Positions.Learned(0), false, ModelConfig.SpecialTokens.NONE);
    }
}
