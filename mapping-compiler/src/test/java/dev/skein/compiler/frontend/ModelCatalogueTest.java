package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.testing.SharedData;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogueTest {

    @Test
    void parameterCountsAreThePublishedOnes() {
        assertTrue(ModelCatalogue.names().size() >= 30);
        for (String name : ModelCatalogue.names()) {
            ModelCatalogue.Entry entry = ModelCatalogue.find(name).orElseThrow();
            assertEquals(entry.publishedParameters(), entry.config().parameterCount(), name);
            assertEquals(name, entry.config().name());
            assertTrue(entry.source().contains("/"), name);
        }
    }

    @Test
    void namesTheIssueAsksFor() {
        assertTrue(Set.copyOf(ModelCatalogue.names()).containsAll(List.of("llama2-7b",
                "llama3.2-1b", "llama3.2-3b", "llama3-8b", "opt-125m", "opt-6.7b", "opt-13b",
                "opt-30b", "qwen2-0.5b", "qwen2-1.5b", "qwen2-7b", "qwen2.5-0.5b", "qwen2.5-1.5b",
                "qwen2.5-3b", "qwen2.5-7b", "qwen3-0.6b", "qwen3-1.7b", "qwen3-4b", "qwen3-8b",
                "smollm2-135m", "mistral-7b", "gpt2")));
    }

    /** Published files, which the catalogue must not contradict. */
    @ParameterizedTest
    @CsvSource({"llama-2-7b, llama2-7b", "llama3-8B-instruct, llama3-8b", "opt-6.7b, opt-6.7b",
        "opt-13b, opt-13b", "Qwen2-7B-Instruct, qwen2-7b", "Qwen3-1.7B, qwen3-1.7b",
        "Qwen3-4B, qwen3-4b", "Qwen2.5-0.5B-Instruct, qwen2.5-0.5b"})
    void agreesWithPublishedFiles(String file, String name) throws IOException {
        ModelConfig read = HfConfig.read(SharedData.file("configs/" + file + ".config.json"),
                name, ReaderLimits.DEFAULT);
        assertEquals(read, ModelCatalogue.config(name));
    }

    /** These published files lack rope_scaling; all else agrees. */
    @ParameterizedTest
    @CsvSource({"Llama-3.2-1B-Instruct, llama3.2-1b", "Llama-3.2-3B-Instruct, llama3.2-3b"})
    void llama32(String file, String name) throws IOException {
        ModelConfig read = HfConfig.read(SharedData.file("configs/" + file + ".config.json"),
                name, ReaderLimits.DEFAULT);
        ModelConfig config = ModelCatalogue.config(name);
        Positions.Rope rope = (Positions.Rope) config.positions();
        assertEquals(new RopeScaling.Llama3(32, 1, 4, 8192), rope.scaling());
        assertEquals(read, new ModelConfig(name, config.family(), config.vocabSize(),
                config.hiddenSize(), config.layers(), config.maxPositions(), config.attention(),
                config.mlp(), config.norm(), new Positions.Rope(rope.theta(), rope.style(),
                        rope.rotaryDim(), new RopeScaling.None()), config.tiedEmbeddings(),
                config.special()));
    }

    @Test
    void namesAreForgiving() {
        assertEquals("llama2-7b", ModelCatalogue.config("LLaMA-2-7B").name());
        assertEquals("smollm2-135m", ModelCatalogue.config("SmolLM2_135M").name());
        String message = assertThrows(IllegalArgumentException.class,
                () -> ModelCatalogue.config("lama2-7")).getMessage();
        assertTrue(message.startsWith("no model is called \"lama2-7\"; the closest names are "
                + "llama2-7b"), message);
    }
}
