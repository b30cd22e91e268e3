package dev.skein.runtime.suite;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.Weights;
import dev.skein.runtime.Compression;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.gpu.TimedLaunch;
import dev.skein.runtime.device.BatchLimits;
import dev.skein.runtime.device.BatchPart;
import dev.skein.runtime.device.Choice;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Steps of a whole model: decode at some contexts, prompts, a batch. */
final class StepPart {
    private static final long SEED = 1;

    private final Recording record;
    private final Model model;
    private final ModelConfig config;
    private final GpuWeights weights;
    private final String name;

    StepPart(Recording record, Model model) {
        this.record = record;
        this.model = model;
        config = model.config();
        weights = GpuWeights.parse(record.options.weights());
        name = config.name() + " " + weights;
    }

    void run() throws IOException {
        boolean decode = record.options.parts().contains(SuitePart.DECODE);
        boolean prefill = record.options.parts().contains(SuitePart.PREFILL);
        SuiteScale scale = record.options.scale();
        int longest = Stream.concat(decode ? scale.contexts().stream() : Stream.empty(),
                prefill ? scale.prompts().stream() : Stream.empty())
                .mapToInt(n -> n).max().orElse(1);
        try (GpuAccelerator device = open(Capacity.single(
                Math.min(longest, config.maxPositions())))) {
            if (prefill) {
                each(SuitePart.PREFILL, scale.prompts(), "tokens", (n, fit) ->
                        prompt(device, n, fit));
            }
            if (decode) {
                each(SuitePart.DECODE, scale.contexts(), "context", (n, fit) ->
                        decode(device, n, fit));
            }
        }
    }

    private GpuAccelerator open(Capacity capacity) {
        QuantScheme scheme = weights.scheme().orElseThrow(() -> new IllegalArgumentException(
                "weights f16: the suite takes w8, w5, w4, w3 and w2"));
        KernelPlan plan = KernelPlanner.plan(Compression.graph(model, scheme), capacity);
        Weights values = model.source().isPresent() ? model.weights()
                : new SeededWeights(config, SEED);
        return record.device.open(new GpuLoad(plan, values, name, _ -> { }));
    }

    /**
     * One greedy token of each of several sequences. Their caches are zeros, which take as long to
     * read as anything else.
     */
    void batch() {
        int sequences = record.options.scale().batch();
        int context = Math.min(record.options.scale().batchContext(), config.maxPositions());
        try (GpuAccelerator device = open(Capacity.full(context, sequences,
                Math.max(sequences, Capacity.STEP_TOKENS)))) {
            List<BatchPart> parts = IntStream.range(0, sequences).mapToObj(i -> new BatchPart(i,
                    context - 1, new int[] {1}, IntStream.range(0, BatchLimits.pagesOf(context))
                    .map(p -> i * BatchLimits.pagesOf(context) + p).toArray(), true)).toList();
            List<Choice> greedy = Collections.nCopies(sequences, Choice.GREEDY);
            // as a batch runs: the logits of all would be the longest copy of the step
            StepTiming timing = StepTiming.of(record.options.runs(),
                    () -> device.stepChosen(parts, greedy), () -> device.times(parts));
            String step = sequences + " sequences, context " + context;
            add(step, false, timing, GpuSimulation.kernels(config, weights, context - 1, 1,
                    sequences), new StepClasses(sequences, sequences));
            record.add(new MeasuredStep(step, record.options.modelName(), weights.toString(),
                    false, context, sequences, false, timing.launches().size(),
                    timing.deviceMicros().median(), timing.wall().median()));
            record.add(SuiteRow.of(SuitePart.BATCH, step, "tok/s",
                    timing.wall().map(us -> sequences * 1e6 / us)));
            record.add(SuiteRow.of(SuitePart.BATCH, step + ", kernels alone", "tok/s",
                    timing.deviceMicros().map(us -> sequences * 1e6 / us)));
        }
    }

    /** A step of some length. */
    private interface Measure {
        void run(int length, boolean fit);
    }

    /** The first, third and so on may be fitted to, the others are predicted. */
    private void each(SuitePart part, List<Integer> lengths, String what, Measure measure)
            throws IOException {
        for (int i = 0; i < lengths.size(); i++) {
            int length = lengths.get(i);
            boolean fit = i % 2 == 0;
            record.attempt(part, what + " " + length, () -> {
                if (length > config.maxPositions()) {
                    throw new IllegalArgumentException(name + " has " + config.maxPositions()
                            + " positions");
                }
                measure.run(length, fit);
            });
        }
    }

    private void decode(GpuAccelerator device, int context, boolean fit) {
        int runs = Math.min(record.options.runs(), context / 2 - 1);
        device.reset();
        prefill(device, context - StepTiming.steps(runs));
        StepTiming timing = StepTiming.of(runs, () -> device.step(1),
                () -> device.times(1));
        String step = "decode, context " + context;
        List<Kernel> kernels = GpuSimulation.kernels(config, weights, context - 1, 1, 1);
        add(step, fit, timing, kernels, new StepClasses(1, 1));
        record.add(new MeasuredStep(step, record.options.modelName(), weights.toString(), false,
                context, 1, fit, timing.launches().size(), timing.deviceMicros().median(),
                timing.wall().median()));
        long bytes = kernels.stream().mapToLong(Kernel::bytes).sum();
        record.add(SuiteRow.of(SuitePart.DECODE, step, "tok/s", timing.wall().map(us -> 1e6 / us)));
        record.add(SuiteRow.of(SuitePart.DECODE, step + ", kernels alone", "tok/s",
                timing.deviceMicros().map(us -> 1e6 / us)));
        record.share(SuitePart.DECODE, step + ", of the bandwidth roof",
                timing.wall().map(us -> bytes / us / 1e3), 0);
    }

    private void prompt(GpuAccelerator device, int tokens, boolean fit) {
        double[] wall = new double[record.options.runs()];
        device.reset();
        prefill(device, tokens);
        for (int i = 0; i < wall.length; i++) {
            device.reset();
            long start = System.nanoTime();
            prefill(device, tokens);
            wall[i] = (System.nanoTime() - start) / 1e3;
        }
        device.reset();
        List<TimedLaunch> launches = new ArrayList<>();
        for (int[] chunk : chunks(device, tokens)) {
            launches.addAll(device.times(chunk));
        }
        StepTiming timing = new StepTiming(Spread.of(wall), List.of(launches));
        String step = "prompt of " + tokens;
        add(step, fit, timing, GpuSimulation.kernels(config, weights, 0, tokens, 1),
                new StepClasses(tokens, 1));
        record.add(new MeasuredStep(step, record.options.modelName(), weights.toString(), true,
                tokens, 1, fit, launches.size(), timing.deviceMicros().median(),
                timing.wall().median()));
        record.add(SuiteRow.of(SuitePart.PREFILL, step + ", time to the first token", "ms",
                timing.wall().map(us -> us / 1e3)));
        record.add(SuiteRow.of(SuitePart.PREFILL, step + ", kernels alone", "ms",
                timing.deviceMicros().map(us -> us / 1e3)));
    }

    private void add(String step, boolean fit, StepTiming timing, List<Kernel> kernels,
            StepClasses classes) {
        for (MeasuredKernel k : classes.of(step, fit, timing, kernels)) {
            record.add(record.options.gpu().map(gpu -> k.predicted(
                    ReachFit.micros(gpu, k.work()))).orElse(k));
        }
    }

    private void prefill(GpuAccelerator device, int tokens) {
        chunks(device, tokens).forEach(device::step);
    }

    private List<int[]> chunks(GpuAccelerator device, int tokens) {
        int[] ids = new int[tokens];
        Arrays.setAll(ids, i -> i % config.vocabSize());
        List<int[]> chunks = new ArrayList<>();
        for (int at = 0; at < tokens; at += device.maxTokens()) {
            chunks.add(Arrays.copyOfRange(ids, at, Math.min(tokens, at + device.maxTokens())));
        }
        return chunks;
    }
}
