package dev.skein.compiler.pass;

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
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.testing.MapWeights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SmoothActivationsTest {

    private static double distance(float[] exact, float[] other) {
        double error = 0;
        double signal = 0;
        for (int i = 0; i < exact.length; i++) {
            error += Math.pow(exact[i] - other[i], 2);
            signal += Math.pow(exact[i], 2);
        }
        return Math.sqrt(error / signal);
    }

    @Test
    void smoothingChangesWeightsButNotTheMeaning() {
        for (long seed = 0; seed < 30; seed++) {
            ModelConfig config = RandomModels.config(seed);
            Graph graph = GraphBuilder.build(config);
            int[] tokens = RandomModels.tokens(config, seed, 7);
            PassContext context = PassContext.of(new SeededWeights(config, seed),
                    List.of(tokens), line -> { });
            Graph smoothed = new PassRunner(List.of(new SmoothActivations(0.5)))
                    .run(graph, context).graph();
            Weights weights = context.weights().orElseThrow();
            float[] exact = new Interpreter(graph, weights).step(tokens);
            double change = distance(exact, new Interpreter(smoothed, weights).step(tokens));
            assertTrue(change < 1e-5, "seed " + seed + " relative change " + change);
            assertEquals(4 * config.layers() + 2, graph.nodes().stream()
                    .filter(n -> smoothed.node(n.value()).op().weights().stream()
                            .anyMatch(w -> w.name().endsWith(SmoothActivations.SUFFIX)))
                    .count() - config.layers() * (config.mlp().gated() ? 3 : 2), "seed " + seed);
        }
    }

    /** An activation channel that is 100 times the others costs int8 six of its seven bits. */
    @Test
    void smoothingRescuesModelsWithLargeChannels() {
        ModelConfig config = RandomModels.config(2);
        MapWeights weights = withLargeChannel(config);
        int[] tokens = RandomModels.tokens(config, 2, 8);
        Graph graph = GraphBuilder.build(config);
        float[] exact = new Interpreter(graph, weights).step(tokens);
        Pass quantise = new QuantiseWeights(QuantScheme.parse("w8"));
        double plain = distance(exact, new Interpreter(quantise.run(graph,
                PassContext.of(weights)), weights).step(tokens));
        PassContext context = PassContext.of(weights, List.of(tokens), line -> { });
        Graph smoothed = new PassRunner(List.of(new SmoothActivations(0.5), quantise))
                .run(graph, context).graph();
        double smooth = distance(exact, new Interpreter(smoothed,
                context.weights().orElseThrow()).step(tokens));
        assertTrue(smooth < 0.4 * plain, "relative error " + plain + " became " + smooth);
    }

    /** Channel 1 of each norm times 100, the columns that read it divided: the same model. */
    private static MapWeights withLargeChannel(ModelConfig config) {
        Weights seeded = new SeededWeights(config, 2);
        MapWeights weights = new MapWeights();
        GraphBuilder.build(config).nodes().stream().flatMap(n -> n.op().weights().stream())
                .forEach(w -> weights.tensors().put(w.name(), seeded.get(w.name()).clone()));
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "layer." + layer + ".";
            for (String norm : List.of("attn_norm", "mlp_norm")) {
                for (String part : List.of(".weight", ".bias")) {
                    Optional.ofNullable(weights.tensors().get(prefix + norm + part))
                            .ifPresent(w -> w[1] *= 100);
                }
            }
            Stream.of("q", "k", "v", "gate", "up").map(p -> prefix + p + ".weight")
                    .map(weights.tensors()::get).filter(w -> w != null).forEach(w -> {
                        for (int i = 1; i < w.length; i += config.hiddenSize()) {
                            w[i] /= 100;
                        }
                    });
        }
        return weights;
    }

    @Test
    void readsRowsOfScaledWeights() {
        ModelConfig config = RandomModels.config(4);
        PassContext context = PassContext.of(new SeededWeights(config, 4),
                List.of(new int[] {1, 2}), line -> { });
        new SmoothActivations(0.8).run(GraphBuilder.build(config), context);
        Weights weights = context.weights().orElseThrow();
        int cols = config.hiddenSize();
        for (String name : List.of("layer.0.q.weight" + SmoothActivations.SUFFIX,
                "layer.0.q.weight")) {
            WeightRef ref = new WeightRef(name, config.attention().qWidth(), cols);
            float[] rows = new float[2 * cols];
            weights.readRows(ref, 1, 2, rows);
            assertArrayEquals(Arrays.copyOfRange(weights.get(name), cols, 3 * cols), rows);
        }
    }

    @Test
    void saysWhatIsMissing() {
        Graph graph = GraphBuilder.build(RandomModels.config(1));
        SmoothActivations pass = new SmoothActivations(0.5);
        assertMessage("smooth-activations: found a model without weights, smoothing needs them",
                () -> pass.run(graph, PassContext.shapesOnly()));
        assertMessage("smooth-activations: found no calibration tokens; give a calibration text",
                () -> pass.run(graph, PassContext.of(new MapWeights())));
        Graph quantised = new QuantiseWeights(QuantScheme.parse("w8")).run(graph,
                PassContext.shapesOnly());
        assertMessage("smooth-activations: the graph is at stage quantised, allowed is tensor",
                () -> pass.run(quantised, PassContext.shapesOnly()));
        assertMessage("smoothing alpha is 1.5, allowed are 0 to 1",
                () -> new SmoothActivations(1.5));
        assertMessage("smoothing alpha is NaN, allowed are 0 to 1",
                () -> new SmoothActivations(Double.NaN));
    }

    private static void assertMessage(String message, Runnable call) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
