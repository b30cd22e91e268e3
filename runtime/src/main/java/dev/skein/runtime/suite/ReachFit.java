package dev.skein.runtime.suite;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.KernelClass;
import dev.skein.sim.gpu.Roofline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Takes what kernels reach of a GPU's peaks from measured ones, those that may be fitted to alone.
 *
 * <p>The launch gap is the median of what element-wise kernels take beside their bytes. Then each
 * percentage in turn takes the value with the smallest sum of squares of ln(predicted / measured),
 * on a grid of 1 %, until none changes. A key that no row depends on, or that makes none better,
 * keeps its value.
 */
public final class ReachFit {
    private static final double LEAST = 0.01;
    private static final double MOST = 100;
    private static final double GRID = 1.01;
    private static final int MOST_PASSES = 20;
    /** Sums of squares that differ by less are equal. */
    private static final double NOTHING = 1e-9;
    private static final double MICRO = 1e6;
    private static final double THOUSAND = 1e3;

    /**
     * A key of a GPU file.
     *
     * @param value in the fitted GPU
     * @param fitted whether it was fitted; else it is as it was
     */
    public record Key(String name, double value, boolean fitted) {
        /** A line of a GPU file. */
        public String line() {
            return name + "=" + String.format(Locale.ROOT, "%.2f", value);
        }
    }

    /** Names in the order of the numbers of {@link Gpu.Reach}. */
    private static final List<String> NAMES = List.of("gpu.memory_percent",
            "gpu.memory8_percent", "gpu.memory4_percent", "gpu.sparse_percent",
            "gpu.attention_percent", "gpu.matrix_percent", "gpu.prefill_percent",
            "gpu.vector_percent");

    private final Gpu base;
    private final List<MeasuredKernel> rows;
    private final double launchNanos;
    private final double[] reach;

    private ReachFit(Gpu base, List<MeasuredKernel> rows) {
        this.base = base;
        this.rows = rows;
        reach = numbers(base.reach());
        launchNanos = launch();
        int passes = 0;
        while (passes < MOST_PASSES && improve()) {
            passes++;
        }
    }

    /**
     * Fits.
     *
     * @param base whose peaks stay
     * @param kernels those not to be fitted to are not looked at
     * @throws IllegalArgumentException if there is nothing to fit to
     */
    public static ReachFit of(Gpu base, List<MeasuredKernel> kernels) {
        List<MeasuredKernel> rows = kernels.stream().filter(MeasuredKernel::fit).toList();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no kernels to fit to: measure again with the parts"
                    + " gemv, decode and prefill");
        }
        return new ReachFit(base, rows);
    }

    /** With the fitted constants. */
    public Gpu gpu() {
        return with(base, reach, launchNanos);
    }

    /** What was found, the launch gap last. */
    public List<Key> keys() {
        double[] before = numbers(base.reach());
        var keys = new ArrayList<Key>();
        for (int i = 0; i < reach.length; i++) {
            keys.add(new Key(NAMES.get(i), reach[i], reach[i] != before[i]));
        }
        keys.add(new Key("gpu.launch_ns", launchNanos, launchNanos != base.launchNanos()));
        return keys;
    }

    /** What a kernel takes on a GPU with its gap, us. */
    static double micros(Gpu gpu, Kernel kernel) {
        return new Roofline(gpu).run(List.of(kernel)).seconds() * MICRO;
    }

    private double launch() {
        Gpu noGap = with(base, reach, 0);
        double[] gaps = rows.stream()
                .filter(k -> k.work().kind() == KernelClass.ELEMENTWISE)
                .mapToDouble(k -> k.totalMicros() - micros(noGap, k.work())).sorted().toArray();
        return gaps.length == 0 ? base.launchNanos()
                : Math.max(0, Math.round(gaps[gaps.length / 2] * THOUSAND));
    }

    private boolean improve() {
        boolean better = false;
        for (int i = 0; i < reach.length; i++) {
            double kept = reach[i];
            double best = error();
            double chosen = kept;
            for (double x = MOST; x >= LEAST; x /= GRID) {
                reach[i] = Math.max(LEAST, Math.round(x * MOST) / MOST);
                double error = error();
                if (error < best - NOTHING) {
                    best = error;
                    chosen = reach[i];
                }
            }
            reach[i] = chosen;
            better |= chosen != kept;
        }
        return better;
    }

    private double error() {
        Gpu gpu = gpu();
        double sum = 0;
        for (MeasuredKernel k : rows) {
            double ln = Math.log(micros(gpu, k.work()) / k.totalMicros());
            sum += ln * ln;
        }
        return sum;
    }

    private static double[] numbers(Gpu.Reach r) {
        return new double[] {r.memory(), r.memory8(), r.memory4(), r.sparse(), r.attention(),
            r.matrix(), r.prefill(), r.vector()};
    }

    private static Gpu with(Gpu gpu, double[] reach, double launchNanos) {
        double[] r = Arrays.copyOf(reach, NAMES.size());
        return new Gpu(gpu.name(), gpu.description(), gpu.memoryBytes(), gpu.memoryGBps(),
                gpu.peaks(), new Gpu.Reach(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7]),
                launchNanos, gpu.contextBytes(), gpu.powerW(), gpu.priceUSD());
    }
}
