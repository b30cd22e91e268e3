package dev.skein.compiler.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelPlannerTest {
    private static final String LLAMA = "llama2-7b";
    private static final Pattern KERNEL =
            Pattern.compile("(?m)(?:kernel void |^(?:STRIPS\\w*|ELEMENTWISE|UNARY)\\()(\\w+)");

    private static Graph graph(ModelConfig config, String scheme) {
        return new QuantiseWeights(QuantScheme.parse(scheme)).run(GraphBuilder.build(config),
                PassContext.shapesOnly());
    }

    private static ModelConfig llama() {
        return ModelCatalogue.config(LLAMA);
    }

    private static long scratchBytes(KernelPlan plan) {
        return plan.buffers().stream().filter(b -> b.content() instanceof PlanBuffer.Scratch)
                .mapToLong(PlanBuffer::bytes).sum();
    }

    /** A layer takes what the one before gave back: 32 layers need what two need. */
    @Test
    void layersShareTheirScratchBuffers() {
        ModelConfig all = llama();
        ModelConfig two = new ModelConfig(all.name(), all.family(), all.vocabSize(),
                all.hiddenSize(), 2, all.maxPositions(), all.attention(), all.mlp(), all.norm(),
                all.positions(), all.tiedEmbeddings(), all.special(), all.attentionSpans());
        long bytes = scratchBytes(KernelPlanner.plan(graph(all, "w4"), 4096));
        assertEquals(scratchBytes(KernelPlanner.plan(graph(two, "w4"), 4096)), bytes);
        assertTrue(bytes < 256L << 20, bytes + " bytes");
    }

    /** Weights of the format, and a cache of int8 with its scales, are the rest. */
    @Test
    void memoryIsWeightsAndCache() {
        KernelPlan plan = KernelPlanner.plan(graph(llama(), "w4"), 4096);
        long cache = plan.buffers().stream().filter(b -> b.name().startsWith("cache"))
                .mapToLong(PlanBuffer::bytes).sum();
        assertEquals(32L * 4096 * 2 * (4096 + 4 * 32), cache);
        assertEquals(128, plan.limits().maxTokens());
        assertEquals(32000, plan.limits().vocab());
    }

    /** The launches are the same whatever the length; only counts change. */
    @Test
    void lengthsAreParameters() {
        Count blocks = new Count(1, Length.CONTEXT, 64);
        assertEquals(List.of(1, 1, 2), Stream.of(0, 63, 64)
                .map(p -> blocks.in(StepLengths.of(p, 1))).toList());
        var step = new StepLengths(5, 3, 105);
        assertEquals(3 * 5, Count.perToken(3).in(step));
        assertEquals(7, Count.of(7).in(step));
        assertEquals(2, new Count(1, Length.OUTPUTS, 1).tiled(2).in(step));
        assertThrows(ArithmeticException.class,
                () -> Count.perToken(1 << 30).in(StepLengths.of(0, 2)));
    }

    @Test
    void everyKernelThatIsLaunchedIsInTheSource() {
        Set<String> sources = new HashSet<>();
        for (Matcher m = KERNEL.matcher(KernelSources.all()); m.find();) {
            sources.add(m.group(1));
        }
        for (int bits : new int[] {2, 3, 4, 5, 8}) {
            for (String kind : List.of("", "_qkv", "_gated")) {
                sources.addAll(List.of("dense_w" + bits + "_token" + kind,
                        "dense_w" + bits + "_tokens" + kind));
            }
        }
        Set<String> launched = new HashSet<>();
        List<String> schemes = List.of("w8/w2", "w5/w3", "w4", "w4@8:16/w8", "w2/w4", "w3/w5");
        for (int seed = 0; seed < 60; seed++) {
            ModelConfig config = RandomModels.config(seed);
            KernelPlan plan = KernelPlanner.plan(graph(config, schemes.get(seed % 6)),
                    config.maxPositions());
            Stream.of(plan.decode(), plan.prefill(), plan.sampling().greedy(),
                    plan.sampling().sampled()).flatMap(List::stream)
                    .forEach(l -> launched.add(l.kernel()));
        }
        assertTrue(sources.containsAll(launched), launched + " of " + sources);
        sources.removeAll(launched);
        // Macros name their kernels NAME; in all families only matrices read layer norms,
        // element-wise ops follow a matrix, and rotary embeddings come before an attention.
        assertEquals(Set.of("NAME", "layer_norm", "rope", "add", "mul", "silu_mul", "relu",
                "silu_only", "gelu_tanh", "gelu_erf"), sources);
    }

    /** Nothing becomes int8, and no kernel of the exact mode that reads int8 is left. */
    @Test
    void everyFastKernelIsLaunchedAndInTheSource() {
        Set<String> sources = new HashSet<>(List.of("fast_strips_token", "fast_strips_tokens",
                "fast_attention", "fast_attention_join", "fast_attention_inputs"));
        for (int bits : new int[] {2, 3, 4, 5, 8}) {
            sources.addAll(List.of("fast_dense_w" + bits + "_token",
                    "fast_dense_w" + bits + "_tokens"));
        }
        Set<String> launched = new HashSet<>();
        List<String> schemes = List.of("w8/w2", "w5/w3", "w4", "w4@8:16/w8", "w2/w4", "w3/w5");
        for (int seed = 0; seed < 60; seed++) {
            ModelConfig config = RandomModels.config(seed, 300);
            KernelPlan plan = KernelPlanner.plan(graph(config, schemes.get(seed % 6)),
                    Capacity.single(300), Precision.FAST);
            Stream.of(plan.decode(), plan.prefill()).flatMap(List::stream).map(Launch::kernel)
                    .filter(k -> k.startsWith("fast_"))
                    .filter(k -> !k.endsWith("_qkv") && !k.endsWith("_gated"))
                    .forEach(launched::add);
            assertTrue(plan.decode().stream().noneMatch(l -> l.kernel().contains("quantise")
                    || l.kernel().startsWith("dense")), plan.decode().toString());
        }
        assertEquals(sources, launched);
    }

    @Test
    void refusesWhatItCannotPlan() {
        ModelConfig config = RandomModels.config(1);
        Graph tensors = GraphBuilder.build(config);
        assertTrue(assertThrows(IllegalArgumentException.class,
                () -> KernelPlanner.plan(tensors, 8)).getMessage().contains(
                        "stage tensor, allowed is quantised"));
        Graph graph = graph(config, "w8");
        for (int context : new int[] {0, config.maxPositions() + 1}) {
            assertTrue(assertThrows(IllegalArgumentException.class,
                    () -> KernelPlanner.plan(graph, context)).getMessage().contains(
                            "allow 1 to " + config.maxPositions()));
        }
    }
}
