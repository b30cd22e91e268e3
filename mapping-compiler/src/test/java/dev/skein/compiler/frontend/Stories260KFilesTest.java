package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.testing.Perplexity;
import dev.skein.compiler.testing.SharedData;
import dev.skein.compiler.testing.StoredModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One trained model in three files: read, built, executed, compared with llama2.c. */
class Stories260KFilesTest {
    private static final int VOCAB = 512;

    private static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    @ParameterizedTest
    @CsvSource({"stories260K-f32.gguf, 200, 64", "hf-stories260K, 200, 64",
        "stories260K-f16.gguf, 100, 0"})
    void writesTheGoldenText(String file, int count, int exactLogits) throws IOException {
        JsonNode golden = new ObjectMapper().readTree(
                SharedData.file("golden/stories260K.greedy.json").toFile());
        float[] logits64 = SharedData.floats("golden/stories260K.greedy.first64.logits.f32");
        try (StoredModel model = StoredModel.open(file)) {
            Interpreter interpreter = new Interpreter(model.graph(), model.weights());
            int[] tokens = new int[count];
            tokens[0] = model.tokenizer().encodeWithBos("")[0];
            for (int i = 0; i < count; i++) {
                assertEquals(golden.get("tokens").get(i).asInt(), tokens[i], "token " + i);
                float[] logits = interpreter.step(tokens[i]);
                for (int j = 0; i < exactLogits && j < VOCAB; j++) {
                    assertEquals(logits64[i * VOCAB + j], logits[j], 1e-4,
                            "position " + i + " logit " + j);
                }
                if (i + 1 < count) {
                    tokens[i + 1] = argmax(logits);
                }
            }
            String text = model.tokenizer().decode(tokens);
            assertEquals(golden.get("text").asText().substring(0, text.length()), text);
            assertNotEquals("", text);
        }
    }

    @ParameterizedTest
    @CsvSource({"stories260K-f32.gguf, 0.002", "hf-stories260K, 0.002",
        "stories260K-f16.gguf, 0.005"})
    void hasTheGoldenPerplexity(String file, double tolerance) throws IOException {
        try (StoredModel model = StoredModel.open(file)) {
            Perplexity perplexity = Perplexity.of(
                    new Interpreter(model.graph(), model.weights()),
                    Perplexity.documents(model.tokenizer()));
            assertEquals(1802, perplexity.tokens());
            assertEquals(3.540, perplexity.value(), tolerance);
        }
    }

    @Test
    void configurationsOfBothFilesAgree() throws IOException {
        try (StoredModel gguf = StoredModel.open("stories260K-f32.gguf");
                StoredModel hf = StoredModel.open("hf-stories260K")) {
            assertEquals(gguf.config().attention(), hf.config().attention());
            assertEquals(gguf.config().mlp(), hf.config().mlp());
            assertEquals(gguf.config().norm(), hf.config().norm());
            assertEquals(172, hf.config().mlp().intermediateSize());
        }
    }
}
