package dev.skein.compiler.frontend;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads the {@code config.json} of Hugging Face. Absent fields have the defaults of the
 * {@code transformers} configuration classes; what changes the arithmetic and is not supported is
 * refused rather than ignored.
 */
public final class HfConfig {

    private static final String SUPPORTED = "llama, mistral, qwen2, qwen3, opt, gpt2";

    private final JsonFields json;
    private final String name;

    private HfConfig(JsonFields json, String name) {
        this.json = json;
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @param name the model's name, for reports
     * @throws FormatException if it is not a configuration this compiler supports
     * @throws IOException if it cannot be read
     */
    public static ModelConfig read(Path file, String name, ReaderLimits limits)
            throws IOException {
        return parse(JsonFields.read(file, limits), name);
    }

    /** As {@link #read}, of a parsed object. */
    public static ModelConfig parse(JsonFields json, String name) {
        try {
            return new HfConfig(json, name).model();
        } catch (IllegalArgumentException e) {
            throw json.error("configuration", e.getMessage(), "its fields agree with each other");
        }
    }

    private ModelConfig model() {
        if (!json.has("model_type")) {
            String hint = json.has("n_heads") || json.has("ffn_type")
                    ? "this is a configuration of another tool; use the model's config.json"
                    : "use the model's config.json as published on Hugging Face";
            throw json.error("model_type", "nothing", "it is one of " + SUPPORTED, hint);
        }
        if (json.has("quantization_config")) {
            throw json.error("quantization_config", json.object("quantization_config")
                    .string("quant_method", "quantised weights"), "weights are F32, F16 or BF16",
                    "use the unquantised model; Skein quantises it");
        }
        for (String experts : List.of("num_experts", "num_local_experts", "n_routed_experts")) {
            if (json.integer(experts, 0, ModelConfig.MAX_WIDTH, 0) > 1) {
                throw json.error(experts, json.node().get(experts),
                        "mixtures of experts are not supported", "use a dense model");
            }
        }
        return switch (json.string("model_type")) {
            case "llama" -> llamaLike(Family.LLAMA);
            case "mistral" -> llamaLike(Family.MISTRAL);
            case "qwen2" -> llamaLike(Family.QWEN2);
            case "qwen3" -> llamaLike(Family.QWEN3);
            case "opt" -> opt();
            case "gpt2" -> gpt2();
            default -> throw json.error("model_type", json.string("model_type"),
                    "it is one of " + SUPPORTED, "use a model of one of these families");
        };
    }

    private ModelConfig llamaLike(Family family) {
        int hidden = width("hidden_size");
        int heads = heads("num_attention_heads");
        int headDim = json.has("head_dim") ? json.integer("head_dim", 1, ModelConfig.MAX_HEAD_DIM)
                : family == Family.QWEN3 ? 128 : divided(hidden, heads, "num_attention_heads");
        boolean bias = json.flag("attention_bias", false);
        var attention = new ModelConfig.Attention(heads,
                json.integer("num_key_value_heads", 1, heads, heads), headDim,
                family == Family.QWEN2 || bias, family != Family.QWEN2 && bias,
                family == Family.QWEN3);
        var mlp = new ModelConfig.Mlp(width("intermediate_size"),
                activation("hidden_act", "silu"), true, json.flag("mlp_bias", false));
        var norm = new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS,
                (float) json.number("rms_norm_eps", 1e-6));
        requireOne("partial_rotary_factor");
        var rope = new Positions.Rope(RopeJson.theta(json), Positions.Rope.Style.HALF, headDim,
                RopeJson.scaling(json, json.integer("max_position_embeddings", 1,
                        ModelConfig.MAX_POSITIONS)));
        int layers = layers("num_hidden_layers");
        return new ModelConfig(name, family, vocab(), hidden, layers, window(family), attention,
                mlp, norm, rope, json.flag("tie_word_embeddings", false), special(),
                SpanJson.read(json, layers, attention.kvHeads()));
    }

    /** Within its sliding window a model computes ordinary attention. */
    private int window(Family family) {
        int positions = json.integer("max_position_embeddings", 1, ModelConfig.MAX_POSITIONS);
        boolean used = json.flag("use_sliding_window", family == Family.MISTRAL);
        return used ? Math.min(positions, json.integer("sliding_window", 1,
                ModelConfig.MAX_POSITIONS, positions)) : positions;
    }

    private ModelConfig opt() {
        int hidden = width("hidden_size");
        int heads = heads("num_attention_heads");
        if (json.integer("word_embed_proj_dim", 1, ModelConfig.MAX_WIDTH, hidden) != hidden) {
            throw json.error("word_embed_proj_dim", json.node().get("word_embed_proj_dim"),
                    "it equals hidden_size " + hidden + " (opt-350m is not supported)",
                    "use another size of OPT");
        }
        requireFlag("do_layer_norm_before", true);
        requireFlag("layer_norm_elementwise_affine", true);
        requireFlag("_remove_final_layer_norm", false);
        boolean bias = json.flag("enable_bias", true);
        int positions = json.integer("max_position_embeddings", 1, ModelConfig.MAX_POSITIONS);
        return new ModelConfig(name, Family.OPT, vocab(), hidden, layers("num_hidden_layers"),
                positions, new ModelConfig.Attention(heads, heads,
                        divided(hidden, heads, "num_attention_heads"), bias, bias, false),
                new ModelConfig.Mlp(width("ffn_dim"), activation("activation_function", "relu"),
                        false, bias),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER, 1e-5f),
                new Positions.Learned(2), json.flag("tie_word_embeddings", true), special());
    }

    private ModelConfig gpt2() {
        int hidden = width("n_embd");
        int heads = heads("n_head");
        requireFlag("scale_attn_weights", true);
        requireFlag("scale_attn_by_inverse_layer_idx", false);
        requireFlag("add_cross_attention", false);
        int inner = json.integer(
                "n_inner", 1, ModelConfig.MAX_WIDTH, Math.multiplyExact(4, hidden));
        return new ModelConfig(name, Family.GPT2, vocab(), hidden, layers("n_layer"),
                json.integer("n_positions", 1, ModelConfig.MAX_POSITIONS),
                new ModelConfig.Attention(heads, heads, divided(hidden, heads, "n_head"), true,
                        true, false),
                new ModelConfig.Mlp(inner, activation("activation_function", "gelu_new"), false,
                        true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER,
                        (float) json.number("layer_norm_epsilon", 1e-5)),
                new Positions.Learned(0), json.flag("tie_word_embeddings", true), special());
    }

    private int vocab() {
        return json.integer("vocab_size", 1, ModelConfig.MAX_VOCAB);
    }

    private int width(String field) {
        return json.integer(field, 1, ModelConfig.MAX_WIDTH);
    }

    private int heads(String field) {
        return json.integer(field, 1, ModelConfig.MAX_HEADS);
    }

    private int layers(String field) {
        return json.integer(field, 1, ModelConfig.MAX_LAYERS);
    }

    private int divided(int hidden, int heads, String field) {
        if (hidden % heads != 0) {
            throw json.error(field, heads, "it divides the hidden size " + hidden);
        }
        return hidden / heads;
    }

    private Activation activation(String field, String otherwise) {
        return switch (json.string(field, otherwise)) {
            case "silu", "swish" -> Activation.SILU;
            case "relu" -> Activation.RELU;
            case "gelu_new", "gelu_pytorch_tanh", "gelu_fast" -> Activation.GELU_TANH;
            case "gelu" -> Activation.GELU_ERF;
            default -> throw json.error(field, json.string(field),
                    "it is silu, relu, gelu, gelu_new or gelu_pytorch_tanh",
                    "use a model with one of these activations");
        };
    }

    private void requireFlag(String field, boolean only) {
        if (json.flag(field, only) != only) {
            throw json.error(field, !only, "only " + only + " is supported",
                    "use another model of this family");
        }
    }

    private void requireOne(String field) {
        if (json.number(field, 1) != 1) {
            throw json.error(field, json.number(field), "only 1 is supported",
                    "use another model of this family");
        }
    }

    private ModelConfig.SpecialTokens special() {
        OptionalInt bos = json.has("bos_token_id")
                ? OptionalInt.of(json.integer("bos_token_id", 0, ModelConfig.MAX_VOCAB))
                : OptionalInt.empty();
        List<Integer> eos = new ArrayList<>();
        if (json.has("eos_token_id") && json.node().get("eos_token_id").isArray()) {
            for (JsonNode id : json.array("eos_token_id")) {
                if (!id.isInt()) {
                    throw json.error("eos_token_id", JsonFields.text(id),
                            "it is an integer or a list of integers");
                }
                eos.add(id.intValue());
            }
        } else if (json.has("eos_token_id")) {
            eos.add(json.integer("eos_token_id", 0, ModelConfig.MAX_VOCAB));
        }
        return new ModelConfig.SpecialTokens(bos, eos);
    }
}
