package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.device.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models of every family, sizes that are no multiples of anything, every kind of weights, with and
 * without spans: the logits on the device are those of the functional machine, in whatever steps.
 */
class RandomModelsTest {
    private static final long SEED = 20261126;
    private static final int POSITIONS = 290;
    private static final int ROUNDS = 3;

    /** Every width with and without groups, every pattern, mixtures, and a head of its own. */
    private static final List<String> SCHEMES = List.of("w8", "w4", "w5g32", "w3", "w2g64", "w4g0",
            "w8g1024", "mixed3.5", "w4@8:16", "mixed3.5@8:16/w8", "w8@2:4", "w5@0.45", "w3@2:16",
            "mixed2.5g16@4:16", "w2@12:16", "w8g16@0.3/w4@8:16", "w5g0", "mixed4.2@0.6");

    @ParameterizedTest
    @EnumSource(RigKind.class)
    void logitsAreThoseOfTheFunctionalMachine(RigKind kind) {
        RigKind.Opener opener = kind.opener();
        for (int i = 0; i < ROUNDS * SCHEMES.size(); i++) {
            long seed = SEED + i;
            boolean spans = seed % 3 == 0;
            compare(opener.device(), seed, SCHEMES.get(i % SCHEMES.size()), spans,
                    spans ? POSITIONS : 40);
        }
        assertEquals(Map.of(), opener.live().get());
    }

    /** All positions of a model, in steps of random sizes. */
    static void compare(Supplier<GpuDevice> on, long seed, String scheme, boolean spans,
            int positions) {
        ModelConfig config = RandomModels.config(seed, positions);
        var weights = new SeededWeights(config, seed);
        Graph built = GraphBuilder.build(config);
        Graph graph = new QuantiseWeights(QuantScheme.parse(scheme)).run(
                spans ? RandomModels.withSpans(built, seed) : built, PassContext.shapesOnly());
        int[] tokens = RandomModels.tokens(config, seed, positions);
        KernelPlan plan = KernelPlanner.plan(graph, positions);
        var load = new GpuLoad(plan, weights, config.name(), _ -> { });
        try (var device = GpuAccelerator.open(on.get(), load)) {
            var expected = new FunctionalModel(graph, weights, positions);
            List<int[]> steps = steps(tokens, expected.maxTokens(), seed);
            for (int[] step : steps.subList(0, steps.size() - 1)) {
                assertArrayEquals(expected.step(step), device.step(step).logits(),
                        "seed " + seed + ", " + scheme + ", step of " + step.length
                                + " tokens that ends at " + device.position() + ": " + config);
            }
            assertEquals(Step.likeliest(expected.step(steps.getLast())),
                    device.stepGreedy(steps.getLast()).token(), "seed " + seed + ", " + scheme);
        }
    }

    private static List<int[]> steps(int[] tokens, int maxTokens, long seed) {
        var random = new SplittableRandom(seed);
        var steps = new ArrayList<int[]>();
        for (int at = 0; at < tokens.length;) {
            int most = random.nextInt(3) == 0 ? 1 : Math.min(30, maxTokens);
            int count = Math.min(1 + random.nextInt(most), tokens.length - at);
            steps.add(Arrays.copyOfRange(tokens, at, at + count));
            at += count;
        }
        return steps;
    }
}
