package dev.skein.runtime.backend.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuDevice;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.batch.Batch;
import dev.skein.runtime.batch.BatchObserver;
import dev.skein.runtime.batch.BatchRequest;
import dev.skein.runtime.batch.BatchResult;
import dev.skein.runtime.device.BatchAccelerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Requests of all lengths that join at any step and share too few pages: tokens and logits of each
 * are those that it gets alone, on the device and on the functional machine, to the bit.
 */
class RandomBatchesTest {
    private static final long SEED = 20261202;

    /** Dense with and without groups, sparse and mixed ones. */
    private static final List<String> SCHEMES =
            List.of("w8", "w4g32", "mixed3.5@8:16/w8", "w5@0.45", "w2", "w3g0@2:4");

    /** No model of these is trained to end a text: any token may do it. */
    private static final Set<Integer> END = Set.of(1);

    /**
     * What to draw.
     *
     * @param requests how many
     * @param longest prompt
     * @param most tokens to generate
     */
    record Load(Capacity capacity, int requests, int longest, int most) {}

    /** What a request got. */
    private static final class Answer {
        private final BatchRequest request;
        private final List<float[]> logits = new ArrayList<>();
        private int[] generated = {};

        Answer(BatchRequest request) {
            this.request = request;
        }
    }

    /** Pools from as many pages as the longest request needs to twice that. */
    @Test
    void requestsGetWhatTheyGetAlone() {
        RigKind.Opener opener = RigKind.OPENCL.opener();
        int preemptions = 0;
        for (int i = 0; i < SCHEMES.size(); i++) {
            long seed = SEED + i;
            while (i % 2 == 0 && !sharesKeys(RandomModels.config(seed))) {
                seed += SCHEMES.size();
            }
            var load = new Load(new Capacity(380, 3 + i, 6 + i, 8 + 23 * i), 12, 300, 100);
            preemptions += compare(opener.device(), seed, SCHEMES.get(i), load);
        }
        assertTrue(preemptions >= 10, preemptions + " preemptions");
        assertEquals(Map.of(), opener.live().get());
    }

    /** Two of them, shorter: the stand-in is slow. */
    @Test
    void onCuda() {
        RigKind.Opener opener = RigKind.CUDA.opener();
        for (int i = 1; i < 3; i++) {
            compare(opener.device(), SEED + i, SCHEMES.get(i),
                    new Load(new Capacity(130, 3, 5, 20), 6, 70, 30));
        }
        assertEquals(Map.of(), opener.live().get());
    }

    private static boolean sharesKeys(ModelConfig config) {
        return config.attention().heads() > config.attention().kvHeads();
    }

    /** Runs a batch, and each of its requests alone; how many sequences lost their pages. */
    static int compare(Supplier<GpuDevice> on, long seed, String scheme, Load load) {
        Capacity capacity = load.capacity();
        ModelConfig config = RandomModels.config(seed, capacity.maxContext());
        var weights = new SeededWeights(config, seed);
        Graph built = GraphBuilder.build(config);
        Graph graph = new QuantiseWeights(QuantScheme.parse(scheme)).run(
                seed % 2 == 0 ? RandomModels.withSpans(built, seed) : built,
                PassContext.shapesOnly());
        String what = "seed " + seed + ", " + scheme + ", " + capacity + ": " + config;
        Map<Integer, Answer> answers;
        int preemptions;
        try (var device = open(on, graph, weights, capacity)) {
            var batch = new Batch(device, device.limits().maxTokens(), END, System::nanoTime);
            answers = run(batch, new SplittableRandom(seed), load, config, true);
            preemptions = batch.totals().preemptions();
            sameWithoutLogits(device, answers, load, config, seed);
        }
        var functional = new FunctionalModel(graph, weights, capacity.maxContext());
        try (var device = open(on, graph, weights, Capacity.single(capacity.maxContext()))) {
            answers.forEach((id, answer) -> {
                functional.reset();
                compare(answer, functional::step, functional.maxTokens(),
                        "functional, request " + id + ", " + what);
                device.reset();
                compare(answer, ids -> device.step(ids).logits(), device.maxTokens(),
                        "alone, request " + id + ", " + what);
            });
        }
        return preemptions;
    }

    private static GpuAccelerator open(Supplier<GpuDevice> on, Graph graph, SeededWeights weights,
            Capacity capacity) {
        return GpuAccelerator.open(on.get(),
                new GpuLoad(KernelPlanner.plan(graph, capacity), weights, "it", _ -> { }));
    }

    /** Tokens that the device chose itself, in a cache where others were before. */
    private static void sameWithoutLogits(BatchAccelerator device, Map<Integer, Answer> answers,
            Load load, ModelConfig config, long seed) {
        var again = run(new Batch(device, load.capacity().maxSequences(), END, System::nanoTime),
                new SplittableRandom(seed), load, config, false);
        answers.forEach((id, answer) -> assertArrayEquals(answer.generated,
                again.get(id).generated, "request " + id + ", seed " + seed));
    }

    private static Map<Integer, Answer> run(Batch batch, SplittableRandom random, Load load,
            ModelConfig config, boolean logits) {
        Map<Integer, Answer> answers = new HashMap<>();
        var observer = new BatchObserver() {
            @Override
            public boolean wantsLogits() {
                return logits;
            }

            @Override
            public void logits(int request, float[] found) {
                answers.get(request).logits.add(found);
            }

            @Override
            public void finished(BatchResult result) {
                answers.get(result.id()).generated = result.generated();
            }
        };
        while (answers.size() < load.requests() || !batch.isIdle()) {
            if (answers.size() < load.requests() && random.nextBoolean()) {
                BatchRequest request = request(random, load, config);
                answers.put(batch.submit(request), new Answer(request));
            }
            batch.step(observer);
        }
        return answers;
    }

    /** One in four has a prompt of one token, half are greedy. */
    private static BatchRequest request(SplittableRandom random, Load load, ModelConfig config) {
        int length = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(load.longest());
        int[] prompt = random.ints(length, 0, config.vocabSize()).toArray();
        return new BatchRequest(prompt, 1 + random.nextInt(load.most()), random.nextBoolean()
                ? Sampler.Options.GREEDY : new Sampler.Options(1, 0, 1, random.nextLong()));
    }

    private static void compare(Answer answer, Function<int[], float[]> alone, int maxTokens,
            String what) {
        int[] prompt = answer.request.prompt();
        float[] logits = {};
        for (int at = 0; at < prompt.length; at += maxTokens) {
            logits = alone.apply(Arrays.copyOfRange(prompt, at,
                    Math.min(prompt.length, at + maxTokens)));
        }
        var sampler = new Sampler(answer.request.sampling());
        for (int i = 0;; i++) {
            assertArrayEquals(logits, answer.logits.get(i), what + ", token " + i);
            int token = sampler.next().of(logits);
            if (i == answer.generated.length) {
                assertTrue(END.contains(token), what);
                break;
            }
            assertEquals(token, answer.generated[i], what);
            if (i + 1 == answer.request.maxNew()) {
                break;
            }
            logits = alone.apply(new int[] {token});
        }
        assertEquals(answer.logits.size(), Math.min(answer.request.maxNew(),
                answer.generated.length + 1), what);
    }
}
