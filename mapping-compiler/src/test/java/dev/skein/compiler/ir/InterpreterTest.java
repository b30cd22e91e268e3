package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.compiler.testing.MapWeights;
import dev.skein.compiler.testing.NaiveDecoder;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterpreterTest {

    private static Interpreter interpreter(ModelConfig config, long seed) {
        return new Interpreter(GraphBuilder.build(config), new SeededWeights(config, seed));
    }

    private static void refuses(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }

    /** The model written down a second time, without graph, cache or binary32. */
    @Test
    void randomModelsOfEveryFamilyComputeWhatTheirConfigurationSays() {
        for (long seed = 0; seed < 200; seed++) {
            ModelConfig config = RandomModels.config(seed);
            int[] tokens = RandomModels.tokens(config, seed, 6);
            double[] expected = new NaiveDecoder(config, new SeededWeights(config, seed))
                    .logits(tokens);
            float[] logits = interpreter(config, seed).step(tokens);
            double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < logits.length; i++) {
                assertEquals(expected[i], logits[i], 2e-5 * Math.max(1, largest), "seed " + seed
                        + " (" + config.family() + ") logit " + i);
            }
        }
    }

    @Test
    void prefillAndDecodeAgreeToTheBit() {
        for (long seed = 0; seed < 40; seed++) {
            ModelConfig config = RandomModels.config(seed);
            int[] tokens = RandomModels.tokens(config, seed, 8);
            Graph tensor = GraphBuilder.build(config);
            Graph quantised = new QuantiseWeights(QuantScheme.parse("w4")).run(tensor,
                    PassContext.shapesOnly());
            for (Graph graph : List.of(tensor, quantised)) {
                Weights weights = new SeededWeights(config, seed);
                float[] all = new Interpreter(graph, weights).stepAll(tokens);
                Interpreter split = new Interpreter(graph, weights);
                split.step(Arrays.copyOf(tokens, 3));
                for (int i = 3; i < tokens.length; i++) {
                    float[] row = Arrays.copyOfRange(all, i * config.vocabSize(),
                            (i + 1) * config.vocabSize());
                    assertArrayEquals(row, split.step(tokens[i]), "seed " + seed + " at " + i);
                }
            }
        }
    }

    @Test
    void largeLayersOnSeveralThreadsAgreeWithOneRow() {
        WeightRef shape = new WeightRef("w", 1500, 800);
        float[] w = new float[1500 * 800];
        for (int i = 0; i < w.length; i++) {
            w[i] = (float) Math.sin(i);
        }
        float[] x = Arrays.copyOf(w, 800);
        float[] y = Kernels.linear(x, 1, shape, w, null, new float[] {1});
        for (int n = 0; n < 1500; n++) {
            assertEquals(Dot.of(x, 0, w, n * 800, 800), y[n]);
        }
    }

    @Test
    void sequencesAreForgottenAndTruncated() {
        ModelConfig config = RandomModels.config(5);
        int[] tokens = RandomModels.tokens(config, 5, 6);
        Interpreter interpreter = interpreter(config, 5);
        float[] first = interpreter.step(tokens);
        assertEquals(6, interpreter.position());
        interpreter.truncate(4);
        assertArrayEquals(first, interpreter.step(tokens[4], tokens[5]));
        interpreter.reset();
        assertArrayEquals(first, interpreter.step(tokens));
        refuses("tokens to keep is 7, allowed are 0 to 6", () -> interpreter.truncate(7));
    }

    @Test
    void refusesWhatDoesNotFitAndStaysUsable() {
        ModelConfig config = RandomModels.config(5);
        Interpreter interpreter = interpreter(config, 5);
        int limit = config.maxPositions();
        refuses("number of tokens is 0, allowed are 1 to " + limit, interpreter::step);
        refuses("number of tokens is " + (limit + 1) + ", allowed are 1 to " + limit,
                () -> interpreter.step(new int[limit + 1]));
        refuses("token id is -1, allowed are 0 to " + (config.vocabSize() - 1),
                () -> interpreter.step(-1));
        refuses("token id is " + config.vocabSize() + ", allowed are 0 to "
                + (config.vocabSize() - 1), () -> interpreter.step(0, config.vocabSize()));
        interpreter.step(new int[limit]);
        refuses("tokens of the sequence is " + (limit + 1) + ", allowed are 1 to " + limit,
                () -> interpreter.step(0));
    }

    @Test
    void weightsHaveTheShapeOfTheGraph() {
        Graph graph = GraphText.parse("t", """
                graph "g" stage tensor {
                  %x = embed table=embed[3, 2]
                  %l = last_token x=%x
                  %logits = output x=%l
                }
                """);
        MapWeights weights = new MapWeights();
        weights.tensors().put("embed", new float[5]);
        refuses("number of elements of embed is 5, but that of the shape embed[3, 2] is 6",
                () -> new Interpreter(graph, weights).step(0));
        weights.tensors().put("embed", new float[] {1, 2, 3, 4, 5, 6});
        assertArrayEquals(new float[] {5, 6}, new Interpreter(graph, weights).step(0, 2));
        assertArrayEquals(new float[] {1, 2, 5, 6},
                new Interpreter(graph, weights).stepAll(0, 2));
    }

    @Test
    void observersSeeEveryValueAndTheAttention() {
        ModelConfig config = RandomModels.config(5);
        Graph graph = GraphBuilder.build(config);
        var types = Verifier.verify(graph);
        Interpreter interpreter = new Interpreter(graph, new SeededWeights(config, 5));
        List<Value> seen = new ArrayList<>();
        int[] heads = new int[1];
        interpreter.observe(new Observer() {
            @Override
            public void computed(Value value, int rows, float[] data) {
                seen.add(value);
                assertEquals(types.get(value).rows() == ValueType.Rows.LAST ? 1 : 3, rows);
                assertEquals(rows * types.get(value).width(), data.length, value.toString());
            }

            @Override
            public void attended(Value value, int row, int head, float[] scores,
                    float[] probabilities) {
                heads[0]++;
                assertEquals(row + 1, scores.length);
                double sum = 0;
                for (float p : probabilities) {
                    sum += p;
                }
                assertEquals(1, sum, 1e-6);
            }
        });
        interpreter.step(RandomModels.tokens(config, 5, 3));
        assertEquals(graph.nodes().stream().map(Node::value).toList(), seen);
        assertEquals(3 * config.layers() * config.attention().heads(), heads[0]);
    }

    @Test
    void eightBitModelsStayCloseToTheirTensors() {
        double worst = 0;
        for (long seed = 0; seed < 40; seed++) {
            ModelConfig config = RandomModels.config(seed);
            Graph graph = GraphBuilder.build(config);
            Weights weights = new SeededWeights(config, seed);
            int[] tokens = RandomModels.tokens(config, seed, 6);
            Graph quantised = new QuantiseWeights(QuantScheme.parse("w8")).run(graph,
                    PassContext.of(weights));
            worst = Math.max(worst, relative(new Interpreter(graph, weights).step(tokens),
                    new Interpreter(quantised, weights).step(tokens)));
        }
        // Two roundings of relative deviation 1/127/sqrt(12) or so a layer, over a few layers.
        assertTrue(worst < 0.05, "relative error of the logits " + worst);
        assertTrue(worst > 1e-5, "nothing was quantised: " + worst);
    }

    private static double relative(float[] exact, float[] other) {
        double error = 0;
        double signal = 0;
        for (int i = 0; i < exact.length; i++) {
            error += Math.pow(exact[i] - other[i], 2);
            signal += Math.pow(exact[i], 2);
        }
        return Math.sqrt(error / signal);
    }

    /** By the definition of a span, token by token, against the positions that are hidden. */
    @Test
    void spansHideWhatTheySay() {
        for (long seed = 0; seed < 6; seed++) {
            ModelConfig config = RandomModels.config(seed, 300);
            Graph graph = RandomModels.withSpans(GraphBuilder.build(config), seed);
            var interpreter = new Interpreter(graph, new SeededWeights(config, seed));
            String what = "seed " + seed;
            interpreter.observe(new Observer() {
                @Override
                public void computed(Value value, int rows, float[] data) { }

                @Override
                public void attended(Value value, int row, int head, float[] scores,
                        float[] probabilities) {
                    var op = (Op.Attention) graph.node(value).op();
                    Span span = op.span(head / (op.heads() / op.kvHeads()));
                    int t = scores.length - 1;
                    for (int j = 0; j <= t; j++) {
                        int block = t / 64;
                        int window = Math.max(1, span.window() + span.growth() * block / 256);
                        boolean seen = span.isDense() || j < 64 * span.global()
                                || j >= 64 * Math.max(span.global(), block - window + 1);
                        assertEquals(seen, scores[j] != Float.NEGATIVE_INFINITY, what);
                        assertEquals(seen, probabilities[j] != 0, what);
                    }
                }
            });
            interpreter.step(RandomModels.tokens(config, seed, 300));
        }
    }
}
