package dev.skein.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.compiler.testing.Perplexity;
import dev.skein.compiler.testing.StoredModel;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What quantisation costs a trained model, with int8 activations and an int8 KV cache. */
class PerplexityTest {

    /** Binary32 has 3.540; plain rounding of the weights alone gives W5 3.61 and W4 4.02. */
    @ParameterizedTest
    @CsvSource({"w8, 3.575", "w5, 3.65", "w4, 4.05", "w3, 8", "w4/w8, 3.95"})
    void quantisedModelsStayBelow(String scheme, double limit) throws IOException {
        try (StoredModel model = StoredModel.open("stories260K-f32.gguf")) {
            Graph graph = new QuantiseWeights(QuantScheme.parse(scheme)).run(model.graph(),
                    PassContext.of(model.weights()));
            Perplexity perplexity = Perplexity.of(new Interpreter(graph, model.weights()),
                    Perplexity.documents(model.tokenizer()));
            assertEquals(1802, perplexity.tokens());
            assertTrue(perplexity.value() <= limit, scheme + ": " + perplexity.value());
            assertTrue(perplexity.value() > 3.53, scheme + ": " + perplexity.value());
        }
    }
}
