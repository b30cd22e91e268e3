package dev.skein.compiler.artifact;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Small compressed checkpoints for tests. */
public final class Checkpoints {
    private static final String CONFIG = """
            {"model_type": "llama", "vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1,
             "max_position_embeddings": 8, "num_attention_heads": 2, "num_key_value_heads": 1,
             "head_dim": 8, "intermediate_size": 20, "hidden_act": "silu",
             "rms_norm_eps": 1e-5, "rope_theta": 10000, "tie_word_embeddings": true,
             "bos_token_id": 1, "eos_token_id": 2}""";

    private Checkpoints() {
    }

    /** The model. */
    public static ModelHeader header() {
        return ModelHeader.parse("test", "small",
                Map.of("config.json", CONFIG.getBytes(StandardCharsets.UTF_8)));
    }

    /** Writes it in a scheme. */
    public static Path write(Path folder, ModelHeader header, String scheme, long seed)
            throws IOException {
        QuantScheme parsed = QuantScheme.parse(scheme);
        CheckpointWriter.write(folder, header, new QuantiseWeights(parsed).run(
                GraphBuilder.build(header.config()), PassContext.shapesOnly()),
                new SeededWeights(header.config(), seed), parsed, "magnitude", _ -> { });
        return folder;
    }

    /** The tensors of a small one. */
    public static byte[] tensors(Path folder, String scheme) throws IOException {
        Path at = write(folder.resolve(scheme.replace('/', '-').replace(':', '-')), header(),
                scheme, 1);
        return Files.readAllBytes(at.resolve("model.safetensors"));
    }
}
