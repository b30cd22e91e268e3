package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.number.BlockFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TensorNamesTest {

    private static TensorNames names(String model, Naming.Container container, String... file) {
        return TensorNames.of(ModelCatalogue.config(model), container, Set.of(file));
    }

    private static WeightView whole(String file, int rows) {
        return new WeightView(file, false, 0, rows);
    }

    @Test
    void llamaInHuggingFaceFiles() {
        TensorNames names = names("llama3.2-3b", Naming.Container.HUGGING_FACE);
        assertEquals(2 + 9 * 28, names.tensors().size());
        assertEquals(whole("model.embed_tokens.weight", 128256), names.view("embed"));
        assertEquals(whole("model.layers.27.self_attn.k_proj.weight", 1024),
                names.view("layer.27.k.weight"));
        assertEquals(whole("model.layers.0.post_attention_layernorm.weight", 3072),
                names.view("layer.0.mlp_norm.weight"));
        assertEquals(whole("model.norm.weight", 3072), names.view("final_norm.weight"));
        assertThrows(IllegalArgumentException.class, () -> names.view("head.weight"));
        assertEquals("lm_head.weight", names("llama2-7b", Naming.Container.HUGGING_FACE)
                .view("head.weight").fileName());
        assertEquals("layers.1.mlp.up_proj.weight", names("llama2-7b",
                Naming.Container.HUGGING_FACE, "embed_tokens.weight").view("layer.1.up.weight")
                .fileName());
    }

    @Test
    void qwenBiasesAndNorms() {
        assertEquals(whole("model.layers.3.self_attn.q_proj.bias", 896),
                names("qwen2.5-0.5b", Naming.Container.HUGGING_FACE).view("layer.3.q.bias"));
        assertEquals(whole("blk.3.attn_v.bias", 128),
                names("qwen2.5-0.5b", Naming.Container.GGUF).view("layer.3.v.bias"));
        assertEquals(whole("blk.0.attn_k_norm.weight", 128),
                names("qwen3-0.6b", Naming.Container.GGUF).view("layer.0.k_norm.weight"));
    }

    @Test
    void optSkipsTheRowsBeforePositionZero() {
        TensorNames names = names("opt-125m", Naming.Container.HUGGING_FACE);
        assertEquals(new WeightView("model.decoder.embed_positions.weight", false, 2, 2048),
                names.view("positions"));
        assertEquals(whole("model.decoder.layers.0.self_attn.out_proj.bias", 768),
                names.view("layer.0.o.bias"));
        assertEquals("model.decoder.layers.0.final_layer_norm.bias",
                names.view("layer.0.mlp_norm.bias").fileName());
        assertEquals("model.decoder.final_layer_norm.bias",
                names.view("final_norm.bias").fileName());
        assertThrows(IllegalArgumentException.class, () -> names("opt-125m",
                Naming.Container.GGUF));
        assertThrows(IllegalArgumentException.class, () -> names("opt-125m",
                Naming.Container.MINGPT));
    }

    @Test
    void gpt2FusesAndTransposes() {
        TensorNames hf = names("gpt2", Naming.Container.HUGGING_FACE, "wte.weight");
        assertEquals(new WeightView("h.2.attn.c_attn.weight", true, 768, 768),
                hf.view("layer.2.k.weight"));
        assertEquals(new WeightView("h.2.attn.c_attn.bias", false, 1536, 768),
                hf.view("layer.2.v.bias"));
        assertEquals(new WeightView("h.2.mlp.c_fc.weight", true, 0, 3072),
                hf.view("layer.2.up.weight"));
        TensorNames gguf = names("gpt2", Naming.Container.GGUF);
        assertEquals(new WeightView("blk.2.attn_qkv.weight", false, 1536, 768),
                gguf.view("layer.2.v.weight"));
        assertEquals(whole("position_embd.weight", 1024), gguf.view("positions"));
    }

    private static Map<String, TensorInfo> file(TensorNames names) {
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        for (ModelTensor tensor : names.tensors()) {
            WeightView view = names.view(tensor.name());
            long rows = names.tensors().stream().map(t -> names.view(t.name()))
                    .filter(v -> v.fileName().equals(view.fileName()))
                    .mapToLong(v -> v.rowStart() + v.rowCount()).max().orElseThrow();
            long columns = tensor.shape().getLast();
            long[] shape = tensor.shape().size() == 1 ? new long[] {rows}
                    : view.transpose() ? new long[] {columns, rows} : new long[] {rows, columns};
            tensors.put(view.fileName(), TensorInfo.ofShape(view.fileName(), BlockFormat.F32,
                    shape));
        }
        return tensors;
    }

    @Test
    void validates() {
        for (String model : new String[] {"gpt2", "opt-125m", "smollm2-135m"}) {
            TensorNames names = names(model, Naming.Container.HUGGING_FACE);
            names.validate("model.safetensors", file(names));
        }
        TensorNames names = names("opt-125m", Naming.Container.HUGGING_FACE);
        Map<String, TensorInfo> tensors = file(names);
        assertEquals(2050, tensors.get("model.decoder.embed_positions.weight").dim(0));
        tensors.remove("model.decoder.layers.4.fc1.weight");
        FormatException missing = assertThrows(FormatException.class,
                () -> names.validate("model.safetensors", tensors));
        assertEquals("model.safetensors: tensor model.decoder.layers.4.fc1.weight: found nothing, "
                + "but the configuration asks for shape [3072, 768]; check that the file is "
                + "complete and belongs to its configuration", missing.getMessage());
        String wide = "model.decoder.layers.0.fc2.weight";
        tensors.put(wide, TensorInfo.ofShape(wide, BlockFormat.F32, 768, 3071));
        String message = assertThrows(FormatException.class,
                () -> names.validate("model.safetensors", tensors)).getMessage();
        assertTrue(message.contains("fc2.weight: found shape [768, 3071] (and 1 more like it), "
                + "but the configuration asks for shape [768, 3072]"), message);
    }
}
