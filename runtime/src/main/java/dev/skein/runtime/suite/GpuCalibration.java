package dev.skein.runtime.suite;

import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.hls.board.gpu.Gpus;
import dev.skein.runtime.BundledModel;
import dev.skein.runtime.backend.gpu.DeviceSpeed;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.GpuStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The timing model fitted to one half of the measured kernels, and what it says of the rest.
 *
 * @param gpu with the fitted constants
 * @param keys what was fitted and what was not
 * @param kernels all of them, in order
 * @param launched steps, as the sum of what was launched in them
 * @param fused steps, as the model fuses their kernels, which is what it says without a device
 */
public record GpuCalibration(Gpu gpu, List<ReachFit.Key> keys, List<Deviation> kernels,
        List<Deviation> launched, List<Deviation> fused) {
    private static final double MICRO = 1e6;
    private static final double NANOS = 1e3;

    /** Copies the lists. */
    public GpuCalibration {
        keys = List.copyOf(keys);
        kernels = List.copyOf(kernels);
        launched = List.copyOf(launched);
        fused = List.copyOf(fused);
    }

    /**
     * Fits and predicts.
     *
     * @param base whose peaks stay
     * @throws IllegalArgumentException if there is nothing to fit to, or no such model
     */
    public static GpuCalibration of(Gpu base, SuiteFile measured) throws IOException {
        ReachFit fit = ReachFit.of(base, measured.kernels());
        Gpu gpu = fit.gpu();
        double gap = gpu.overhead().launchNanos() / NANOS;
        var launched = new ArrayList<Deviation>();
        var fused = new ArrayList<Deviation>();
        for (MeasuredStep step : measured.steps()) {
            double sum = measured.kernels().stream().filter(k -> k.step().equals(step.name()))
                    .mapToDouble(k -> k.launches() * (ReachFit.micros(gpu, k.work()) + gap)).sum();
            launched.add(new Deviation(step.name(), step.wallMicros(), sum, step.fit()));
            fused.add(new Deviation(step.name(), step.wallMicros(),
                    simulated(gpu, step).seconds() * MICRO, step.fit()));
        }
        return new GpuCalibration(gpu, fit.keys(), measured.kernels().stream()
                .map(k -> new Deviation(k.name(), k.micros(), ReachFit.micros(gpu, k.work()),
                        k.fit())).toList(), launched, fused);
    }

    private static GpuStep simulated(Gpu gpu, MeasuredStep step) throws IOException {
        try (Model model = Model.open(BundledModel.resolve(step.model()))) {
            var simulation = new GpuSimulation(model.config(), GpuWeights.parse(step.weights()),
                    gpu);
            return step.prefill() ? simulation.prefill(step.context())
                    : simulation.decode(step.context(), step.batch());
        }
    }

    /**
     * A GPU whose peaks are what a suite measured, for devices without a file: good for comparing
     * shares and times, not for memory, energy or price.
     *
     * @throws IllegalArgumentException if the suite did not measure them
     */
    public static Gpu measuredPeaks(SuiteFile measured) {
        DeviceSpeed s = measured.speed().orElseThrow(() -> new IllegalArgumentException("no GPU"
                + " file is named like " + measured.device() + ", and its speed was not measured:"
                + " name a file with --gpu, or measure again with the part speed"));
        Gpu other = Gpus.load("a6000");
        return new Gpu("measured", measured.device(), other.memoryBytes(),
                Math.max(s.readGBps(), s.copyGBps()),
                new Gpu.Peaks(s.fp32GFlops() / 1e3, 0, 2 * s.int8GMacPerSecond() / 1e3),
                other.reach(), other.overhead(), other.contextBytes(), other.powerW(),
                other.priceUSD());
    }

    /**
     * A GPU file with what was fitted.
     *
     * @param text of the file that was the base
     * @param device that was measured
     */
    public String file(String text, String device) {
        long fitted = kernels.stream().filter(Deviation::fitted).count();
        StringBuilder out = new StringBuilder();
        List<ReachFit.Key> changed = keys.stream().filter(ReachFit.Key::fitted).toList();
        text.lines().filter(line -> changed.stream()
                .noneMatch(key -> line.startsWith(key.name() + "=")))
                .forEach(line -> out.append(line).append('\n'));
        for (ReachFit.Key key : changed) {
            out.append("# fitted to ").append(fitted).append(" of ").append(kernels.size())
                    .append(" kernels that 'skein bench --suite decode' measured on ")
                    .append(device.replaceAll("[^ -~]", " ")).append('\n')
                    .append(key.line()).append('\n');
        }
        return out.toString();
    }
}
