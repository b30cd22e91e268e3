package dev.skein.compiler.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.compiler.testing.StoredModel;
import dev.skein.hls.number.Sparf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Policies in whole models. */
class PolicyAttentionTest {
    private static final int TOKENS = 24;

    private static Interpreter interpreter(Graph graph, ModelConfig config, long seed,
            AttentionPolicy policy) {
        return new Interpreter(graph, new SeededWeights(config, seed),
                Optional.of(new PolicyAttention(policy, config.maxPositions())));
    }

    private static AttentionPolicy sparf(ModelConfig config, int k) {
        return new AttentionPolicy.SparF(sparfOf(config, k));
    }

    private static Sparf sparfOf(ModelConfig config, int k) {
        return new Sparf(Math.ceilDiv(config.attention().headDim(), 2), k, Math.ceilDiv(k, 2));
    }

    private static int[] tokens(ModelConfig config, long seed) {
        return RandomModels.tokens(config, seed, Math.min(TOKENS, config.maxPositions()));
    }

    /** With grouped queries too, in binary32 and with int8 layers, in one step and in many. */
    @Test
    void sparfIsSparqAndDenseToTheBit() {
        int grouped = 0;
        int sparse = 0;
        for (long seed = 0; seed < 40; seed++) {
            ModelConfig config = RandomModels.config(seed);
            grouped += config.attention().heads() > config.attention().kvHeads() ? 1 : 0;
            Graph tensor = GraphBuilder.build(config);
            Graph graph = seed % 3 == 0 ? new QuantiseWeights(QuantScheme.parse("w4")).run(tensor,
                    PassContext.shapesOnly()) : tensor;
            int[] tokens = tokens(config, seed);
            float[] dense = interpreter(graph, config, seed, new AttentionPolicy.Dense())
                    .stepAll(tokens);
            assertArrayEquals(dense, interpreter(graph, config, seed, new AttentionPolicy.SparF(
                    new Sparf(config.attention().headDim(), tokens.length, 1)))
                    .stepAll(tokens), "seed " + seed);
            int k = Math.max(1, tokens.length / 3);
            float[] all = interpreter(graph, config, seed, sparf(config, k)).stepAll(tokens);
            sparse += Arrays.equals(all, dense) ? 0 : 1;
            assertArrayEquals(all, interpreter(graph, config, seed, new AttentionPolicy.SparQ(
                    sparfOf(config, k))).stepAll(tokens), "seed " + seed);
            Interpreter split = interpreter(graph, config, seed, sparf(config, k));
            split.step(tokens[0]);
            split.reset();
            for (int t = 0; t < tokens.length; t++) {
                int vocab = config.vocabSize();
                assertArrayEquals(Arrays.copyOfRange(all, t * vocab, (t + 1) * vocab),
                        split.step(tokens[t]), "seed " + seed + ", token " + t);
            }
        }
        assertTrue(grouped > 10 && sparse > 20, grouped + " grouped, " + sparse + " sparse");
    }

    @Test
    void theCurrentTokenIsAlwaysAmongTheChosen() {
        ModelConfig config = RandomModels.config(3);
        int[] tokens = tokens(config, 3);
        for (String text : List.of("dense", "sparf:r=1,k=2", "sparq:r=1,k=2", "h2o:k=1",
                "keyformer:k=1", "streaming:window=1", "local:window=1")) {
            var attention = new PolicyAttention(PolicyText.parse(text), config.maxPositions());
            List<Integer> seen = new ArrayList<>();
            attention.observe((place, length, chosen) -> {
                seen.add(length);
                assertEquals(length - 1, chosen.tokens()[chosen.tokens().length - 1], text);
            });
            new Interpreter(GraphBuilder.build(config), new SeededWeights(config, 3),
                    Optional.of(attention)).step(tokens);
            assertEquals(tokens.length * config.layers() * config.attention().kvHeads(),
                    seen.size());
        }
    }

    /** The trained model predicts as before: binary16 changes its logits by little. */
    @Test
    void denseWithBinary16IsNearBinary32() throws Exception {
        try (StoredModel model = StoredModel.open("stories260K-f32.gguf")) {
            int[] tokens = {1, 403, 407, 261, 378, 421, 13, 315, 417, 290, 500, 33, 44, 55, 66};
            float[] exact = new Interpreter(model.graph(), model.weights()).stepAll(tokens);
            float[] half = new Interpreter(model.graph(), model.weights(), Optional.of(
                    new PolicyAttention(new AttentionPolicy.Dense(), 512))).stepAll(tokens);
            double worst = 0;
            for (int i = 0; i < exact.length; i++) {
                worst = Math.max(worst, Math.abs(exact[i] - half[i]));
            }
            assertTrue(worst < 0.05, "largest difference of a logit: " + worst);
            assertTrue(worst > 0, "binary16 has no effect");
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInOneSentence() {
        var op = new Op.Attention(new Value("q"), new Value("k"), new Value("v"), 1, 1, 4, 3, 2f);
        var attention = new PolicyAttention(new AttentionPolicy.Dense(), 8);
        float[] row = new float[4];
        assertEquals("layer 3 multiplies scores by 2.0; attention with a binary16 cache has 0.5,"
                + " 1 / sqrt of heads of 4", assertThrows(IllegalArgumentException.class,
                () -> attention.attend(op, 0, 1, row, row, row)).getMessage());
        var fits = new Op.Attention(op.q(), op.k(), op.v(), 1, 1, 4, 3, 0.5f);
        float[] nan = {0, 0, Float.NaN, 0};
        assertEquals("value head 0, entry 2 is NaN: the weights of the model are none that can be"
                + " computed with", assertThrows(IllegalArgumentException.class,
                () -> attention.attend(fits, 0, 1, row, row, nan)).getMessage());
        var sparf = new PolicyAttention(PolicyText.parse("sparf:r=5,k=9"), 8);
        assertEquals("channels r: 5; a head has 4", assertThrows(IllegalArgumentException.class,
                () -> sparf.attend(fits, 0, 1, row, row, row)).getMessage());
    }
}
