package dev.skein.compiler.frontend;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads a model's configuration from GGUF metadata (the keys of the GGUF document,
 * {@code [arch].embedding_length} and so on).
 */
public final class GgufConfig {

    /** Tensor that holds the frequency divisors of LLaMA 3.1 and later. */
    public static final String ROPE_DIVISORS = "rope_freqs.weight";

    private static final String SUPPORTED = "llama, qwen2, qwen3 or gpt2";

    private final Metadata metadata;
    private final Set<String> tensors;
    private final String arch;

    private GgufConfig(Metadata metadata, Set<String> tensors, String arch) {
        this.metadata = metadata;
        this.tensors = tensors;
        this.arch = arch;
    }

    /**
     * Reads the configuration.
     *
     * @param tensors names of the file's tensors: they tell which biases there are and whether
     *     the head is the embedding
     * @param ropeDivisors values of {@link #ROPE_DIVISORS}; empty where the file has no such
     *     tensor
     * @throws FormatException if it is not a model this compiler supports
     */
    public static ModelConfig parse(Metadata metadata, Set<String> tensors,
                                    List<Float> ropeDivisors) {
        String arch = metadata.string("general.architecture");
        try {
            GgufConfig reader = new GgufConfig(metadata, tensors, arch);
            return switch (arch) {
                case "llama" -> reader.llamaLike(Family.LLAMA, ropeDivisors);
                case "qwen2" -> reader.llamaLike(Family.QWEN2, ropeDivisors);
                case "qwen3" -> reader.llamaLike(Family.QWEN3, ropeDivisors);
                case "gpt2" -> reader.gpt2();
                default -> throw metadata.error("general.architecture", arch,
                        "it is " + SUPPORTED, "use a model of one of these families");
            };
        } catch (IllegalArgumentException e) {
            throw metadata.error(arch, e.getMessage(), "its keys agree with each other");
        }
    }

    private ModelConfig llamaLike(Family family, List<Float> ropeDivisors) {
        if (metadata.integer(arch + ".expert_count", 0, ModelConfig.MAX_WIDTH, 0) > 1) {
            throw metadata.error(arch + ".expert_count", metadata.values()
                    .get(arch + ".expert_count"), "mixtures of experts are not supported",
                    "use a dense model");
        }
        int hidden = width("embedding_length");
        int heads = integer("attention.head_count", ModelConfig.MAX_HEADS);
        int headDim = metadata.integer(arch + ".attention.key_length", 1,
                ModelConfig.MAX_HEAD_DIM, hidden / heads);
        if (!metadata.has(arch + ".attention.key_length")) {
            requireDivisor(hidden, heads);
        }
        int valueDim = metadata.integer(arch + ".attention.value_length", 1,
                ModelConfig.MAX_HEAD_DIM, headDim);
        if (valueDim != headDim) {
            throw metadata.error(arch + ".attention.value_length", valueDim,
                    "it equals the key length " + headDim, "use another model");
        }
        var attention = new ModelConfig.Attention(heads,
                metadata.integer(arch + ".attention.head_count_kv", 1, heads, heads), headDim,
                tensors.contains("blk.0.attn_q.bias"), tensors.contains("blk.0.attn_output.bias"),
                family == Family.QWEN3);
        var mlp = new ModelConfig.Mlp(width("feed_forward_length"), Activation.SILU, true,
                tensors.contains("blk.0.ffn_up.bias"));
        var norm = new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS,
                (float) metadata.number(arch + ".attention.layer_norm_rms_epsilon"));
        // converters of the LLaMA family permute q and k so that pairs lie side by side
        var style = family == Family.LLAMA ? Positions.Rope.Style.INTERLEAVED
                : Positions.Rope.Style.HALF;
        var rope = new Positions.Rope(metadata.number(arch + ".rope.freq_base", 10_000), style,
                metadata.integer(arch + ".rope.dimension_count", 2, headDim, headDim),
                scaling(ropeDivisors));
        int positions = integer("context_length", ModelConfig.MAX_POSITIONS);
        return new ModelConfig(name(), family, vocab(), hidden,
                integer("block_count", ModelConfig.MAX_LAYERS),
                Math.min(positions, metadata.integer(arch + ".attention.sliding_window", 1,
                        ModelConfig.MAX_POSITIONS, positions)),
                attention, mlp, norm, rope, !tensors.contains("output.weight"), special());
    }

    private ModelConfig gpt2() {
        int hidden = width("embedding_length");
        int heads = integer("attention.head_count", ModelConfig.MAX_HEADS);
        requireDivisor(hidden, heads);
        return new ModelConfig(name(), Family.GPT2, vocab(), hidden,
                integer("block_count", ModelConfig.MAX_LAYERS),
                integer("context_length", ModelConfig.MAX_POSITIONS),
                new ModelConfig.Attention(heads, heads, hidden / heads, true, true, false),
                new ModelConfig.Mlp(width("feed_forward_length"), Activation.GELU_TANH, false,
                        true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER,
                        (float) metadata.number(arch + ".attention.layer_norm_epsilon")),
                new Positions.Learned(0), !tensors.contains("output.weight"), special());
    }

    private RopeScaling scaling(List<Float> divisors) {
        if (!divisors.isEmpty()) {
            return new RopeScaling.Divisors(divisors);
        }
        String key = arch + ".rope.scaling.type";
        String type = metadata.string(key, "none");
        return switch (type) {
            case "none" -> metadata.has(arch + ".rope.scale_linear")
                    ? new RopeScaling.Linear(metadata.number(arch + ".rope.scale_linear"))
                    : new RopeScaling.None();
            case "linear" -> new RopeScaling.Linear(
                    metadata.number(arch + ".rope.scaling.factor"));
            default -> throw metadata.error(key, type, "it is none or linear",
                    "use a model without this scaling");
        };
    }

    private String name() {
        return metadata.string("general.name", arch);
    }

    private int vocab() {
        return metadata.has(arch + ".vocab_size") || !metadata.has("tokenizer.ggml.tokens")
                ? integer("vocab_size", ModelConfig.MAX_VOCAB)
                : metadata.strings("tokenizer.ggml.tokens").size();
    }

    private int width(String key) {
        return integer(key, ModelConfig.MAX_WIDTH);
    }

    private int integer(String key, int high) {
        return metadata.integer(arch + "." + key, 1, high);
    }

    private void requireDivisor(int hidden, int heads) {
        if (hidden % heads != 0) {
            throw metadata.error(arch + ".attention.head_count", heads,
                    "it divides the embedding length " + hidden);
        }
    }

    private ModelConfig.SpecialTokens special() {
        OptionalInt bos = metadata.id("tokenizer.ggml.bos_token_id", vocab());
        List<Integer> eos = Stream.of("eos", "eot")
                .flatMapToInt(kind -> metadata.id("tokenizer.ggml." + kind + "_token_id", vocab())
                        .stream()).boxed().distinct().toList();
        return new ModelConfig.SpecialTokens(bos, eos);
    }
}
