package dev.skein.compiler.frontend;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How one family's tensors are called in one kind of file.
 *
 * @param prefixes what stands before every name but the head's; the variants in use
 * @param layerPrefix what stands before a block's number
 * @param parts the file's name of each part, in the words of {@link ModelTensor}
 * @param inputsFirst whether projections are stored {@code [inputs, outputs]}
 * @param fusedQkv whether q, k and v are rows of one matrix
 */
public record Naming(List<String> prefixes, String layerPrefix, Map<String, String> parts,
                     boolean inputsFirst, boolean fusedQkv) {

    /** The kinds of file that have a naming of their own. */
    public enum Container {
        /** safetensors beside {@code config.json}. */
        HUGGING_FACE,
        /** GGUF. */
        GGUF,
        /** A minGPT state dictionary: GPT-2's names over ordinary linear layers. */
        MINGPT
    }

    private static final Map<String, String> LLAMA_HF = Map.ofEntries(
            Map.entry("embed", "embed_tokens"),
            Map.entry("final_norm", "norm"),
            Map.entry("head", "lm_head"),
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("q", "self_attn.q_proj"),
            Map.entry("k", "self_attn.k_proj"),
            Map.entry("v", "self_attn.v_proj"),
            Map.entry("o", "self_attn.o_proj"),
            Map.entry("q_norm", "self_attn.q_norm"),
            Map.entry("k_norm", "self_attn.k_norm"),
            Map.entry("mlp_norm", "post_attention_layernorm"),
            Map.entry("gate", "mlp.gate_proj"),
            Map.entry("up", "mlp.up_proj"),
            Map.entry("down", "mlp.down_proj"));

    private static final Map<String, String> OPT_HF = Map.ofEntries(
            Map.entry("embed", "embed_tokens"),
            Map.entry("positions", "embed_positions"),
            Map.entry("final_norm", "final_layer_norm"),
            Map.entry("head", "lm_head"),
            Map.entry("attn_norm", "self_attn_layer_norm"),
            Map.entry("q", "self_attn.q_proj"),
            Map.entry("k", "self_attn.k_proj"),
            Map.entry("v", "self_attn.v_proj"),
            Map.entry("o", "self_attn.out_proj"),
            Map.entry("mlp_norm", "final_layer_norm"),
            Map.entry("up", "fc1"),
            Map.entry("down", "fc2"));

    private static final Map<String, String> GPT2_HF = Map.ofEntries(
            Map.entry("embed", "wte"),
            Map.entry("positions", "wpe"),
            Map.entry("final_norm", "ln_f"),
            Map.entry("head", "lm_head"),
            Map.entry("attn_norm", "ln_1"),
            Map.entry("q", "attn.c_attn"),
            Map.entry("k", "attn.c_attn"),
            Map.entry("v", "attn.c_attn"),
            Map.entry("o", "attn.c_proj"),
            Map.entry("mlp_norm", "ln_2"),
            Map.entry("up", "mlp.c_fc"),
            Map.entry("down", "mlp.c_proj"));

    private static final Map<String, String> LLAMA_GGUF = Map.ofEntries(
            Map.entry("embed", "token_embd"),
            Map.entry("final_norm", "output_norm"),
            Map.entry("head", "output"),
            Map.entry("attn_norm", "attn_norm"),
            Map.entry("q", "attn_q"),
            Map.entry("k", "attn_k"),
            Map.entry("v", "attn_v"),
            Map.entry("o", "attn_output"),
            Map.entry("q_norm", "attn_q_norm"),
            Map.entry("k_norm", "attn_k_norm"),
            Map.entry("mlp_norm", "ffn_norm"),
            Map.entry("gate", "ffn_gate"),
            Map.entry("up", "ffn_up"),
            Map.entry("down", "ffn_down"));

    private static final Map<String, String> GPT2_GGUF = Map.ofEntries(
            Map.entry("embed", "token_embd"),
            Map.entry("positions", "position_embd"),
            Map.entry("final_norm", "output_norm"),
            Map.entry("head", "output"),
            Map.entry("attn_norm", "attn_norm"),
            Map.entry("q", "attn_qkv"),
            Map.entry("k", "attn_qkv"),
            Map.entry("v", "attn_qkv"),
            Map.entry("o", "attn_output"),
            Map.entry("mlp_norm", "ffn_norm"),
            Map.entry("up", "ffn_up"),
            Map.entry("down", "ffn_down"));

    /** @throws IllegalArgumentException if this kind of file never holds this family */
    static Naming of(Family family, Container container) {
        return switch (container) {
            case HUGGING_FACE -> switch (family) {
                case LLAMA, MISTRAL, QWEN2, QWEN3 -> new Naming(List.of("model.", ""),
                        "layers.", LLAMA_HF, false, false);
                case OPT -> new Naming(List.of("model.decoder.", "decoder.", ""), "layers.",
                        OPT_HF, false, false);
                case GPT2 -> new Naming(List.of("transformer.", ""), "h.", GPT2_HF, true, true);
            };
            case GGUF -> switch (family) {
                case LLAMA, MISTRAL, QWEN2, QWEN3 -> new Naming(List.of(""), "blk.",
                        LLAMA_GGUF, false, false);
                case GPT2 -> new Naming(List.of(""), "blk.", GPT2_GGUF, false, true);
                case OPT -> throw new IllegalArgumentException(
                        "GGUF has no names for OPT; use its safetensors files");
            };
            case MINGPT -> switch (family) {
                case GPT2 -> new Naming(List.of("transformer."), "h.", GPT2_HF, false, true);
                case LLAMA, MISTRAL, QWEN2, QWEN3, OPT -> throw new IllegalArgumentException(
                        "a minGPT file holds no model of the family " + family);
            };
        };
    }

    String part(String canonical) {
        String file = parts.get(canonical);
        if (file == null) {
            throw new IllegalArgumentException("files of this kind have no tensor for "
                    + canonical);
        }
        return file;
    }

    /** The prefix under which the file has the embedding; the first if none does. */
    String prefixOf(Collection<String> fileNames) {
        return prefixes.stream()
                .filter(prefix -> fileNames.contains(prefix + part("embed") + ".weight"))
                .findFirst().orElse(prefixes.getFirst());
    }
}
