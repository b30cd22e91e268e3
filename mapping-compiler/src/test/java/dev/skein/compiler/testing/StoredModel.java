package dev.skein.compiler.testing;

import dev.skein.compiler.frontend.GgufConfig;
import dev.skein.compiler.frontend.GgufFile;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.HfConfig;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ModelWeights;
import dev.skein.compiler.frontend.Naming;
import dev.skein.compiler.frontend.ReaderLimits;
import dev.skein.compiler.frontend.SafetensorsFile;
import dev.skein.compiler.frontend.TensorNames;
import dev.skein.compiler.frontend.TensorSource;
import dev.skein.compiler.frontend.tokenizer.GgufTokenizer;
import dev.skein.compiler.frontend.tokenizer.Tokenizer;
import dev.skein.compiler.frontend.tokenizer.TokenizerJson;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A model read from a file of the shared data with the importers. */
public record StoredModel(ModelConfig config, Graph graph, Weights weights, Tokenizer tokenizer,
        TensorSource source) implements AutoCloseable {

    /** Opens a GGUF file or a Hugging Face folder; aborts the test if it is absent. */
    public static StoredModel open(String name) throws IOException {
        Path path = SharedData.file("models/" + name);
        return name.endsWith(".gguf") ? gguf(path) : folder(path);
    }

    private static StoredModel gguf(Path path) throws IOException {
        GgufFile file = GgufFile.open(path);
        ModelConfig config = GgufConfig.parse(file.metadata(), file.tensors().keySet(),
                List.of());
        return of(config, Naming.Container.GGUF, file, GgufTokenizer.parse(file.metadata()));
    }

    private static StoredModel folder(Path path) throws IOException {
        ModelConfig config = HfConfig.read(path.resolve("config.json"), "model",
                ReaderLimits.DEFAULT);
        return of(config, Naming.Container.HUGGING_FACE,
                SafetensorsFile.open(path.resolve("model.safetensors")),
                TokenizerJson.read(path, config.special(), ReaderLimits.DEFAULT));
    }

    private static StoredModel of(ModelConfig config, Naming.Container container,
            TensorSource source, Tokenizer tokenizer) {
        TensorNames names = TensorNames.of(config, container, source.tensors().keySet());
        return new StoredModel(config, GraphBuilder.build(config),
                new ModelWeights(config, source, names), tokenizer, source);
    }

    @Override
    public void close() {
        source.close();
    }
}
