package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skein.hls.number.BlockFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One trained model in three files reads to the same numbers. */
class RealModelFilesTest {
    private static final Path MODELS = Path.of("../../shared/data/models");

    /** Names inside a layer that both files store alike; q and k have their rows permuted. */
    private static final Map<String, String> LAYER = Map.of(
            "attn_norm.weight", "input_layernorm.weight",
            "ffn_norm.weight", "post_attention_layernorm.weight",
            "attn_v.weight", "self_attn.v_proj.weight",
            "attn_output.weight", "self_attn.o_proj.weight",
            "ffn_gate.weight", "mlp.gate_proj.weight",
            "ffn_up.weight", "mlp.up_proj.weight",
            "ffn_down.weight", "mlp.down_proj.weight");

    @Test
    void ggufAndSafetensorsHoldTheSameNumbers() throws IOException {
        Path gguf = data("stories260K-f32.gguf");
        Path hf = data("hf-stories260K/model.safetensors");
        try (GgufFile a = GgufFile.open(gguf); SafetensorsFile b = SafetensorsFile.open(hf)) {
            assertSame(a, "token_embd.weight", b, "model.embed_tokens.weight");
            assertSame(a, "output_norm.weight", b, "model.norm.weight");
            for (int layer = 0; layer < 5; layer++) {
                for (Map.Entry<String, String> name : LAYER.entrySet()) {
                    assertSame(a, "blk." + layer + "." + name.getKey(),
                            b, "model.layers." + layer + "." + name.getValue());
                }
            }
            assertEquals(512, a.metadata().strings("tokenizer.ggml.tokens").size());
            assertEquals("llama", a.metadata().string("general.architecture"));
        }
    }

    @Test
    void halfPrecisionFileIsTheRoundedOne() throws IOException {
        Path full = data("stories260K-f32.gguf");
        Path half = data("stories260K-f16.gguf");
        try (GgufFile a = GgufFile.open(full); GgufFile b = GgufFile.open(half)) {
            assertEquals(a.tensors().keySet(), b.tensors().keySet());
            for (String name : a.tensors().keySet()) {
                float[] expected = a.readAll(name);
                if (b.tensor(name).format() == BlockFormat.F16) {
                    byte[] rounded = new byte[2 * expected.length];
                    BlockFormat.F16.encode(expected, 0, rounded, 0, expected.length);
                    BlockFormat.F16.decode(rounded, 0, expected, 0, expected.length);
                }
                assertArrayEquals(expected, b.readAll(name), name);
            }
        }
    }

    private static void assertSame(TensorSource a, String nameInA, TensorSource b,
            String nameInB) {
        assertArrayEquals(a.tensor(nameInA).shape(), b.tensor(nameInB).shape(), nameInA);
        assertArrayEquals(a.readAll(nameInA), b.readAll(nameInB), nameInA);
    }

    private static Path data(String name) {
        Path path = MODELS.resolve(name);
        assumeTrue(Files.isRegularFile(path), "needs " + path);
        return path;
    }
}
