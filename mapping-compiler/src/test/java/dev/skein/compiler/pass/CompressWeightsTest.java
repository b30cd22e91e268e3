package dev.skein.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.calibrate.SampledText;
import dev.skein.compiler.compress.Method;
import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.testing.Perplexity;
import dev.skein.compiler.testing.StoredModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On a trained model; fewer texts than by default, to be quick. */
class CompressWeightsTest {
    private static final int SEED = 1;

    /** The targets with 32 texts: W3 5.8 (8.5 rounded to nearest), 8:16 18 (44 by magnitude). */
    @Test
    void calibrationOnItsOwnTextsHelpsOnOthers() throws IOException {
        try (StoredModel model = StoredModel.open("stories260K-f32.gguf")) {
            List<int[]> texts = SampledText.sample(model.graph(), model.weights(), 1, SEED, 16,
                    160);
            double gptq = perplexity(model, "w3", Method.SPARSEGPT, texts);
            assertTrue(gptq < 5.8, "w3: " + gptq);
            double sparse = perplexity(model, "w8@8:16", Method.SPARSEGPT, texts);
            assertTrue(sparse < 14, "w8@8:16: " + sparse);
            double rounded = perplexity(model, "w3", Method.RTN, texts);
            assertTrue(rounded > 8, "w3 rounded to nearest: " + rounded);
        }
    }

    private static double perplexity(StoredModel model, String scheme, Method method,
            List<int[]> texts) {
        PassContext context = PassContext.of(model.weights(), texts, _ -> { });
        Graph graph = new QuantiseWeights(QuantScheme.parse(scheme)).run(model.graph(), context);
        assertEquals(graph, new CompressWeights(method).run(graph, context));
        return Perplexity.of(new Interpreter(graph, context.weights().orElseThrow()),
                Perplexity.documents(model.tokenizer())).value();
    }

    @Test
    void sampledTextsFollowFromTheSeed() throws IOException {
        try (StoredModel model = StoredModel.open("stories260K-f32.gguf")) {
            List<int[]> texts = SampledText.sample(model.graph(), model.weights(), 1, 7, 3, 20);
            List<int[]> again = SampledText.sample(model.graph(), model.weights(), 1, 7, 2, 30);
            assertEquals(3, texts.size());
            assertArrayEquals(texts.get(1), Arrays.copyOf(again.get(1), 20));
            assertEquals(1, texts.get(2)[0]);
        }
    }

    @Test
    void calibratedMethodsNeedTexts() throws IOException {
        try (StoredModel model = StoredModel.open("stories260K-f32.gguf")) {
            assertEquals("compress-weights: found no calibration tokens, method gptq needs some:"
                    + " give --calibrate", assertThrows(IllegalArgumentException.class, () ->
                    perplexity(model, "w4", Method.GPTQ, List.of())).getMessage());
        }
    }
}
