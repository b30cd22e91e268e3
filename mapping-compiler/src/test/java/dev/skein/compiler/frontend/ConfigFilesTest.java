package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.ir.Spans;
import dev.skein.compiler.testing.SharedData;
import dev.skein.hls.isa.Span;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations from config.json, GGUF keys and minGPT. */
class ConfigFilesTest {

    private static final String LLAMA = """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 172,
            "num_hidden_layers": 5, "num_attention_heads": 8, "num_key_value_heads": 4,
            "max_position_embeddings": 512, "rms_norm_eps": 1e-5, "vocab_size": 512,
            "bos_token_id": 1, "eos_token_id": [2, 3], "tie_word_embeddings": true,
            "hidden_act": "silu", "rope_scaling": null, "sliding_window": 128}""";

    private static final String OPT = """
            {"model_type": "opt", "hidden_size": 64, "ffn_dim": 256, "num_hidden_layers": 2,
            "num_attention_heads": 4, "max_position_embeddings": 32, "vocab_size": 100,
            "do_layer_norm_before": true, "word_embed_proj_dim": 64, "enable_bias": true}""";

    private static final String GPT2 = """
            {"model_type": "gpt2", "n_embd": 64, "n_layer": 2, "n_head": 4, "n_positions": 32,
            "vocab_size": 100, "n_inner": null, "scale_attn_weights": true}""";

    private static JsonFields fields(String json) {
        return JsonFields.parse("config.json", json.getBytes(StandardCharsets.UTF_8),
                ReaderLimits.DEFAULT);
    }

    private static ModelConfig hf(String json) {
        return HfConfig.parse(fields(json), "m");
    }

    @Test
    void llamaLike() {
        ModelConfig config = hf(LLAMA);
        assertEquals(260_032, config.parameterCount());
        assertEquals(new ModelConfig.Attention(8, 4, 8, false, false, false), config.attention());
        assertEquals(new ModelConfig.SpecialTokens(OptionalInt.of(1), List.of(2, 3)),
                config.special());
        assertEquals(512, config.maxPositions());
        assertEquals(128, hf(LLAMA.replace("\"llama\"", "\"mistral\"")).maxPositions());
        assertEquals(new ModelConfig.Attention(8, 4, 8, true, false, false),
                hf(LLAMA.replace("\"llama\"", "\"qwen2\"")).attention());
        assertEquals(new ModelConfig.Attention(8, 4, 128, false, false, true),
                hf(LLAMA.replace("\"llama\"", "\"qwen3\"")).attention());
        String biased = LLAMA.replace("\"hidden_act\"", "\"attention_bias\": true, \"mlp_bias\":"
                + " true, \"head_dim\": 16, \"hidden_act\"");
        assertEquals(new ModelConfig.Attention(8, 4, 16, true, true, false),
                hf(biased).attention());
        assertTrue(hf(biased).mlp().bias());
        String scaled = LLAMA.replace("\"rope_scaling\": null",
                "\"rope_parameters\": {\"rope_theta\": 5000, \"rope_type\": \"linear\","
                + " \"factor\": 2}");
        assertEquals(new Positions.Rope(5000, Positions.Rope.Style.HALF, 8,
                new RopeScaling.Linear(2)), hf(scaled).positions());
    }

    private static String spanned(String spans) {
        return LLAMA.replace("\"hidden_act\"", "\"skein_attention_spans\": " + spans
                + ", \"hidden_act\"");
    }

    @Test
    void spansOfBlockSparseAttention() {
        assertEquals(List.of(), hf(LLAMA).attentionSpans());
        String head = "{\"global\": 1, \"window\": 2, \"growth\": 64}";
        String four = "[" + String.join(", ", Collections.nCopies(4, head)) + "]";
        int layers = hf(LLAMA).layers();
        ModelConfig config = hf(spanned("[" + String.join(", ",
                Collections.nCopies(layers, four)) + "]"));
        assertEquals(Collections.nCopies(layers,
                new Spans(Collections.nCopies(4, new Span(1, 2, 64)))), config.attentionSpans());
        for (String wrong : List.of("7", "[]", "[" + four + "]", "[" + String.join(", ",
                Collections.nCopies(layers, four.replace(": 2", ": 0"))) + "]", "["
                + String.join(", ", Collections.nCopies(layers, four.replace("window", "w")))
                + "]")) {
            var e = assertThrows(FormatException.class, () -> hf(spanned(wrong)), wrong);
            assertEquals("skein_attention_spans", e.field());
        }
    }

    @Test
    void optAndGpt2() {
        ModelConfig opt = hf(OPT);
        assertEquals(new Positions.Learned(2), opt.positions());
        assertEquals(new ModelConfig.Mlp(256, Activation.RELU, false, true), opt.mlp());
        assertTrue(opt.tiedEmbeddings());
        assertEquals(false, hf(OPT.replace("\"enable_bias\": true", "\"enable_bias\": false"))
                .attention().qkvBias());
        ModelConfig gpt2 = hf(GPT2);
        assertEquals(new Positions.Learned(0), gpt2.positions());
        assertEquals(new ModelConfig.Mlp(256, Activation.GELU_TANH, false, true), gpt2.mlp());
    }

    private static void refused(String field, String rule, FormatException e) {
        String message = e.getMessage();
        assertTrue(e.field().startsWith(field), message);
        assertTrue(message.contains(rule), message);
        assertEquals(1, message.lines().count());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LLAMA | "llama"                     | "mixtral"           | model_type | llama, mistral
            LLAMA | "model_type"                | "model"             | model_type | one of llama
            LLAMA | "hidden_size": 64           | "hidden_size": 65   | num_attention_heads | 65
            LLAMA | "hidden_size": 64           | "hidden_size": "64" | hidden_size | integer
            LLAMA | "hidden_size"               | "width"             | hidden_size | required
            LLAMA | "vocab_size": 512           | "vocab_size": 1e9   | vocab_size | integer
            LLAMA | "num_key_value_heads": 4    | "num_key_value_heads": 9 | num_key | 1 to 8
            LLAMA | "num_key_value_heads": 4    | "num_key_value_heads": 3 | configuration | 3
            LLAMA | "num_hidden_layers": 5      | "num_hidden_layers": 0 | num_hidden | 1 to 1024
            LLAMA | "rms_norm_eps": 1e-5        | "rms_norm_eps": "x" | rms_norm_eps | finite
            LLAMA | "rms_norm_eps": 1e-5        | "rms_norm_eps": -1  | configuration | epsilon
            LLAMA | "silu"                      | "gelu_10"           | hidden_act | silu, relu
            LLAMA | "bos_token_id": 1           | "bos_token_id": 512 | configuration | 0 to 511
            LLAMA | [2, 3]                      | ["x"]               | eos_token_id | integer
            LLAMA | "rope_scaling": null | "rope_scaling": {"type": "yarn"} | rope_scaling | llama3
            LLAMA | "rope_scaling": null | "rope_scaling": {"type": "linear"} | rope_scaling | req
            LLAMA | "rope_scaling": null | "rope_theta": 0        | rope_theta | at least 1
            LLAMA | "rope_scaling": null | "num_experts": 8       | num_experts | mixtures
            LLAMA | "rope_scaling": null | "partial_rotary_factor": 0.5 | partial | only 1
            LLAMA | "rope_scaling": null | "quantization_config": {} | quantization | F32, F16
            LLAMA | true                 | 1                      | tie_word | true or false
            OPT   | "word_embed_proj_dim": 64 | "word_embed_proj_dim": 32 | word_embed | opt-350m
            OPT   | "do_layer_norm_before": true | "do_layer_norm_before": false | do_layer | true
            GPT2  | "scale_attn_weights": true | "scale_attn_weights": false | scale | only true
            GPT2  | "n_head": 4               | "n_head": 5         | n_head | divides
            """)
    void refusals(String base, String valid, String broken, String field, String rule) {
        String json = switch (base) {
            case "LLAMA" -> LLAMA;
            case "OPT" -> OPT;
            default -> GPT2;
        };
        assertTrue(json.contains(valid), valid);
        refused(field, rule, assertThrows(FormatException.class,
                () -> hf(json.replace(valid, broken))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"executorch-qwen3-0_6b", "executorch-smollm2-135M",
        "onnxim-llama3-8b", "onnxim-opt-125m", "onnxim-opt-66b"})
    void configurationsOfOtherToolsAreNamedAsSuch(String name) {
        Path config = SharedData.file("configs/" + name + ".json");
        FormatException e = assertThrows(FormatException.class,
                () -> HfConfig.read(config, name, ReaderLimits.DEFAULT));
        refused("model_type", "configuration of another tool", e);
    }

    private static Map<String, Object> gguf() {
        Map<String, Object> keys = new HashMap<>();
        keys.put("general.architecture", "llama");
        keys.put("llama.context_length", 512);
        keys.put("llama.embedding_length", 64);
        keys.put("llama.block_count", 5);
        keys.put("llama.feed_forward_length", 172);
        keys.put("llama.attention.head_count", 8);
        keys.put("llama.attention.head_count_kv", 4);
        keys.put("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        keys.put("llama.vocab_size", 512);
        keys.put("tokenizer.ggml.bos_token_id", 1);
        return keys;
    }

    private static ModelConfig gguf(Map<String, Object> keys, List<Float> divisors) {
        return GgufConfig.parse(new Metadata("m.gguf", keys), Set.of(), divisors);
    }

    @Test
    void ggufKeys() {
        ModelConfig config = gguf(gguf(), List.of());
        assertEquals(260_032, config.parameterCount());
        assertEquals(new Positions.Rope(10_000, Positions.Rope.Style.INTERLEAVED, 8,
                new RopeScaling.None()), config.positions());
        Map<String, Object> qwen = new HashMap<>();
        gguf().forEach((key, value) -> qwen.put(key.replace("llama.", "qwen3."), value));
        qwen.put("general.architecture", "qwen3");
        qwen.put("qwen3.attention.key_length", 16);
        qwen.put("qwen3.attention.value_length", 16);
        assertEquals(new ModelConfig.Attention(8, 4, 16, false, false, true),
                gguf(qwen, List.of()).attention());
        assertEquals(Positions.Rope.Style.HALF,
                ((Positions.Rope) gguf(qwen, List.of()).positions()).style());
        assertEquals(new RopeScaling.Divisors(List.of(1f, 1f, 2f, 8f)), ((Positions.Rope) gguf(
                gguf(), List.of(1f, 1f, 2f, 8f)).positions()).scaling());
    }

    @Test
    void ggufRefusals() {
        refusedKey("general.architecture", "mamba", "general.architecture", "llama, qwen2");
        refusedKey("general.architecture", 7, "general.architecture", "string");
        refusedKey("llama.block_count", "5", "llama.block_count", "integer");
        refusedKey("llama.block_count", 5.0, "llama.block_count", "integer");
        refusedKey("llama.block_count", -1, "llama.block_count", "1 to 1024");
        refusedKey("llama.embedding_length", 65, "llama.attention.head_count", "divides");
        refusedKey("llama.expert_count", 8, "llama.expert_count", "mixtures");
        refusedKey("llama.attention.value_length", 4, "llama.attention.value_length", "equals");
        refusedKey("llama.rope.scaling.type", "yarn", "llama.rope.scaling.type", "linear");
        refusedKey("llama.rope.dimension_count", 3, "llama", "odd");
        refusedKey("tokenizer.ggml.bos_token_id", 512, "tokenizer.ggml.bos", "0 to 511");
        refused("llama", "3 divisors", assertThrows(FormatException.class,
                () -> gguf(gguf(), List.of(1f, 1f, 1f))));
    }

    private static void refusedKey(String key, Object value, String field, String rule) {
        Map<String, Object> keys = gguf();
        keys.put(key, value);
        refused(field, rule, assertThrows(FormatException.class, () -> gguf(keys, List.of())));
    }

    @Test
    void theSameModelFromItsFiles() throws IOException {
        try (GgufFile file = GgufFile.open(SharedData.file("models/stories260K-f32.gguf"))) {
            ModelConfig gguf = GgufConfig.parse(file.metadata(), file.tensors().keySet(),
                    List.of());
            ModelConfig hf = HfConfig.read(SharedData.file("models/hf-stories260K/config.json"),
                    gguf.name(), ReaderLimits.DEFAULT);
            assertEquals(hf.attention(), gguf.attention());
            assertEquals(hf.mlp(), gguf.mlp());
            assertEquals(hf.norm(), gguf.norm());
            assertEquals(hf.special(), gguf.special());
            assertEquals(260_032, hf.parameterCount());
            TensorNames.of(gguf, Naming.Container.GGUF, file.tensors().keySet())
                    .validate("m.gguf", file.tensors());
        }
    }

    @Test
    void minGpt() throws IOException {
        JsonFields file = JsonFields.read(SharedData.file("models/gpt-nano-sort-model.json"),
                ReaderLimits.DEFAULT);
        ModelConfig config = MinGptConfig.parse(file.object("config"));
        assertEquals(new ModelConfig("gpt-nano", Family.GPT2, 3, 48, 3, 11,
                new ModelConfig.Attention(3, 3, 16, true, true, false),
                new ModelConfig.Mlp(192, Activation.GELU_TANH, false, true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER, 1e-5f),
                new Positions.Learned(0), false, ModelConfig.SpecialTokens.NONE), config);
        TensorNames names = TensorNames.of(config, Naming.Container.MINGPT, Set.of());
        for (ModelTensor tensor : names.tensors()) {
            assertTrue(file.has(names.view(tensor.name()).fileName()), tensor.name());
        }
    }
}
