package dev.skein.runtime.suite;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.gpu.KernelPlanner;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.runtime.backend.gpu.GpuAccelerator;
import dev.skein.runtime.backend.gpu.GpuLoad;
import dev.skein.runtime.backend.gpu.TimedLaunch;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.Kernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Products of packed matrices and one vector; targets are for the full shapes alone. */
final class MatrixPart {
    /** Part of the copy bandwidth that dense ones are to reach, percent. */
    private static final double DENSE_SHARE = 75;
    /** How much faster half of the weights is to be than all of them. */
    private static final double SPARSE_GAIN = 1.4;
    private static final String DENSE = "w4";
    private static final String BYTES = "w8";
    private static final String SPARSE = "w4@8:16";
    private static final int TOKEN = 1;
    private static final int CONTEXT = 16;

    private final Recording record;
    private final ModelConfig config;
    private final Map<String, Map<String, Spread>> micros = new LinkedHashMap<>();

    MatrixPart(Recording record, ModelConfig config) {
        this.record = record;
        this.config = config;
    }

    void run() throws IOException {
        for (String format : List.of(DENSE, BYTES, SPARSE)) {
            record.attempt(SuitePart.GEMV, format, () -> measure(format));
        }
        boolean full = record.options.scale() == SuiteScale.FULL;
        Map<String, Spread> dense = micros.getOrDefault(DENSE, Map.of());
        micros.getOrDefault(SPARSE, Map.of()).forEach((shape, sparse) -> {
            if (dense.containsKey(shape)) {
                SuiteRow row = SuiteRow.of(SuitePart.GEMV, SPARSE + " over " + DENSE + ", " + shape,
                        "x", sparse.map(us -> dense.get(shape).median() / us));
                record.add(full ? row.atLeast(SPARSE_GAIN) : row);
            }
        });
    }

    private void measure(String name) {
        WeightFormat format = QuantScheme.parse(name).body();
        var chain = new MatrixChain(config, format);
        try (GpuAccelerator device = record.device.open(new GpuLoad(
                KernelPlanner.plan(chain.graph(), CONTEXT), chain.weights(),
                config.name() + " matrices, " + name, _ -> { }))) {
            float[] found = device.step(TOKEN).logits();
            var timing = StepTiming.of(record.options.runs(), () -> {
                device.reset();
                device.step(TOKEN);
            }, () -> {
                device.reset();
                return device.times(TOKEN);
            });
            products(name, timing);
            compare(name, chain.expected(TOKEN), found);
        }
    }

    private void products(String name, StepTiming timing) {
        GpuWeights weights = GpuWeights.parse(name);
        int index = 0;
        for (int i = 0; i < timing.launches().size(); i++) {
            TimedLaunch launch = timing.launches().get(i);
            if (launch.matrices().isEmpty()) {
                continue;
            }
            WeightRef matrix = launch.matrices().getFirst().ref();
            String shape = matrix.rows() + "x" + matrix.cols();
            Spread us = timing.micros(i);
            Kernel work = GpuSimulation.product(name + " " + shape, weights, matrix.rows(),
                    matrix.cols());
            micros.computeIfAbsent(name, _ -> new LinkedHashMap<>()).put(shape, us);
            Spread gbps = us.map(t -> launch.weightBytes() / t / 1e3);
            record.add(SuiteRow.of(SuitePart.GEMV, work.name() + ", time", "us", us));
            record.add(SuiteRow.of(SuitePart.GEMV, work.name() + ", weights read", "GB/s", gbps));
            record.share(SuitePart.GEMV, work.name() + ", of the copy bandwidth", gbps,
                    name.equals(SPARSE) || record.options.scale() == SuiteScale.SMALL ? 0
                            : DENSE_SHARE);
            record.add(new MeasuredKernel("", work, index++ % 2 == 0, 1, us.median(),
                    timing.gapMicros(), record.options.gpu()
                    .map(gpu -> ReachFit.micros(gpu, work)).orElse(0.0)));
        }
    }

    private void compare(String name, float[] expected, float[] found) {
        int same = 0;
        for (int i = 0; i < expected.length; i++) {
            same += Float.floatToRawIntBits(expected[i]) == Float.floatToRawIntBits(found[i])
                    ? 1 : 0;
        }
        record.add(SuiteRow.of(SuitePart.GEMV, name + ", logits with the bits of the reference",
                "%", Spread.of(100.0 * same / expected.length)).atLeast(100));
    }
}
