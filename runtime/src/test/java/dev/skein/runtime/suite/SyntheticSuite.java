package dev.skein.runtime.suite;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.model.Model;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.runtime.gpu.GpuSimulation;
import dev.skein.runtime.gpu.GpuWeights;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.KernelClass;
import dev.skein.sim.gpu.WeightWidth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a suite would find on a GPU that is as the model says, but for noise. */
final class SyntheticSuite {
    private static final String MODEL = "llama2-7b";
    private static final List<String> FORMATS = List.of("w4", "w8", "w4@8:16");

    private final Gpu truth;
    private final Random random;
    private final double noise;
    private final ModelConfig config;
    private final List<MeasuredKernel> kernels = new ArrayList<>();
    private final List<MeasuredStep> steps = new ArrayList<>();

    private SyntheticSuite(Gpu truth, long seed, double noise) throws IOException {
        this.truth = truth;
        this.noise = noise;
        random = new Random(seed);
        try (Model model = Model.open(MODEL)) {
            config = model.config();
        }
    }

    /** @param noise relative deviation of every time */
    static SuiteFile of(Gpu truth, long seed, double noise) throws IOException {
        return new SyntheticSuite(truth, seed, noise).measure();
    }

    private SuiteFile measure() {
        int[][] shapes = {{4096, 4096}, {11008, 4096}, {4096, 11008}, {32000, 4096}};
        for (String format : FORMATS) {
            for (int i = 0; i < shapes.length; i++) {
                Kernel work = GpuSimulation.product(format + " " + i, GpuWeights.parse(format),
                        shapes[i][0], shapes[i][1]);
                kernels.add(measured("", work, i % 2 == 0, 1));
            }
        }
        int[] contexts = {512, 128, 1024, 4096};
        for (int i = 0; i < contexts.length; i++) {
            step(contexts[i], false, i % 2 == 0);
        }
        step(1024, true, true);
        step(512, true, false);
        step(256, true, true);
        return new SuiteFile("synthetic", Optional.empty(), kernels, steps);
    }

    private void step(int context, boolean prefill, boolean fit) {
        String name = (prefill ? "prompt of " : "decode, context ") + context;
        List<Kernel> all = GpuSimulation.kernels(config, GpuWeights.parse("w4"),
                prefill ? 0 : context - 1, prefill ? context : 1, 1);
        double device = 0;
        for (KernelClass kind : KernelClass.values()) {
            for (WeightWidth width : WeightWidth.values()) {
                List<Kernel> own = all.stream()
                        .filter(k -> k.kind() == kind && k.width() == width).toList();
                if (!own.isEmpty()) {
                    MeasuredKernel k = measured(name, mean(own), fit, own.size());
                    kernels.add(k);
                    device += k.micros() * k.launches();
                }
            }
        }
        double gaps = all.size() * truth.overhead().launchNanos() / 1e3;
        steps.add(new MeasuredStep(name, MODEL, "w4", prefill, context, 1, fit, all.size(), device,
                device + gaps));
    }

    private static Kernel mean(List<Kernel> own) {
        Kernel first = own.getFirst();
        int n = own.size();
        return new Kernel(first.kind().text(), first.kind(), first.width(),
                own.stream().mapToLong(Kernel::bytes).sum() / n,
                own.stream().mapToDouble(Kernel::tensorMacs).sum() / n, first.int8(),
                own.stream().mapToDouble(Kernel::instructions).sum() / n);
    }

    private MeasuredKernel measured(String step, Kernel work, boolean fit, int launches) {
        double factor = Math.exp(noise * random.nextGaussian());
        return new MeasuredKernel(step, work, fit, launches,
                ReachFit.micros(truth, work) * factor, truth.overhead().launchNanos() / 1e3, 0);
    }
}
