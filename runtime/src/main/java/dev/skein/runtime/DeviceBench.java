package dev.skein.runtime;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.gpu.Capacity;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.Weights;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.gpu.KernelTime;
import dev.skein.runtime.device.Choice;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** Measures a device that runs kernels: a model on it, kernel by kernel. */
public final class DeviceBench {
    private static final long SEED = 1;
    private static final int CONTEXT = 512;

    private DeviceBench() {
    }

    /**
     * A measurement.
     *
     * @param decodeTokensPerSecond one token a step, from an empty context; median of the runs
     * @param prefillTokensPerSecond as many tokens as the decode run has, in steps as long as the
     *     device takes; median of the runs
     * @param kernels of one decode step at the end of a run, those that take longest first
     * @param speed the device's own measurements, if they succeeded
     */
    public record Result(String model, String weights, String device,
            double decodeTokensPerSecond, double prefillTokensPerSecond, List<KernelTime> kernels,
            Optional<DeviceSpeed> speed) {}

    /**
     * Runs a model, by default with its own scheme or w8; seeded weights where it has none.
     *
     * @param attention which part of the attention is left out
     * @param on the device
     * @param tokens of a run
     * @param runs counted ones, after one for warming up
     */
    public static Result run(String spec, Optional<String> weights, AttentionSparsity attention,
            DeviceChoice on, int tokens, int runs) throws IOException {
        return on(spec, weights, attention, on, Capacity::single, (model, scheme, device) -> {
            int vocab = device.limits().vocab();
            int steps = Math.min(tokens, device.maxContext() - 1);
            prefill(device, steps, vocab);
            double first = median(runs, () -> prefill(device, steps, vocab));
            decode(device, steps);
            double next = median(runs, () -> decode(device, steps));
            return new Result(model, scheme, device.description(), next, first,
                    device.profile(1), KernelDevices.speed(on));
        });
    }

    /** What is done with a model on a device. */
    public interface Measurement<T> {
        /** Measures; the device is closed afterwards. */
        T measure(String model, String scheme, GpuAccelerator device);
    }

    /**
     * Puts a model on a device, with seeded weights where it has none.
     *
     * @param capacity for a context of so many tokens
     */
    public static <T> T on(String spec, Optional<String> weights, AttentionSparsity attention,
            DeviceChoice on, IntFunction<Capacity> capacity, Measurement<T> measurement)
            throws IOException {
        try (Model opened = Model.open(BundledModel.resolve(spec))) {
            Model model = attention.apply(opened, _ -> { });
            ModelConfig config = model.config();
            Weights values = model.source().isPresent() ? model.weights()
                    : new SeededWeights(config, SEED);
            QuantScheme scheme = QuantScheme.parse(Loader.scheme(model, weights, "w8"));
            KernelPlan plan = KernelPlanner.plan(Compression.graph(model, scheme),
                    capacity.apply(Math.min(CONTEXT, config.maxPositions())), on.precision());
            try (var device = KernelDevices.open(on,
                    new GpuLoad(plan, values, config.name() + ", " + scheme, _ -> { }))) {
                return measurement.measure(config.name(), scheme.toString(), device);
            }
        }
    }

    private interface Run {
        double tokensPerSecond();
    }

    private static double median(int runs, Run run) {
        double[] all = new double[runs];
        Arrays.setAll(all, _ -> run.tokensPerSecond());
        Arrays.sort(all);
        return all[runs / 2];
    }

    private static double decode(GpuAccelerator device, int steps) {
        device.reset();
        int token = 1;
        long start = System.nanoTime();
        for (int i = 0; i < steps; i++) {
            token = device.stepChosen(Choice.GREEDY, token).token();
        }
        return steps / ((System.nanoTime() - start) / 1e9);
    }

    private static double prefill(GpuAccelerator device, int tokens, int vocab) {
        device.reset();
        int[] ids = new int[tokens];
        Arrays.setAll(ids, i -> i % vocab);
        long start = System.nanoTime();
        for (int at = 0; at < tokens; at += device.maxTokens()) {
            device.step(Arrays.copyOfRange(ids, at, Math.min(tokens, at + device.maxTokens())));
        }
        return tokens / ((System.nanoTime() - start) / 1e9);
    }
}
