package dev.skein.runtime.suite;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.Roofline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Takes what kernels reach of a GPU's peaks from measured ones, those that may be fitted to alone.
 *
 * <p>The launch gap is the median of the gaps. The rest is fitted to the times of the kernels
 * alone: each key in turn takes the value with the smallest sum of squares of
 * ln(predicted / measured), on a grid of 1 %, until none changes; what a kernel takes at least
 * comes first and is no more than the shortest one. A key that makes nothing better keeps its
 * value.
 */
public final class ReachFit {
    private static final double LEAST = 0.01;
    private static final double MOST = 100;
    /** Two digits behind the point. */
    private static final double HUNDREDTHS = 100;
    private static final double GRID = 1.01;
    private static final int MOST_PASSES = 20;
    /** Sums of squares that differ by less are equal. */
    private static final double NOTHING = 1e-9;
    /** What a change is to bring: 1 % in one row. */
    private static final double LITTLE = 1e-4;
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

    /** Names in the order of {@link #numbers}. */
    private static final List<String> NAMES = List.of("gpu.kernel_ns", "gpu.memory_percent",
            "gpu.memory8_percent", "gpu.memory4_percent", "gpu.sparse_percent",
            "gpu.attention_percent", "gpu.matrix_percent", "gpu.prefill_percent",
            "gpu.vector_percent");
    private static final int KERNEL = 0;

    private final Gpu base;
    private final List<MeasuredKernel> rows;
    private final double launchNanos;
    private final double[] values;

    private ReachFit(Gpu base, List<MeasuredKernel> rows) {
        this.base = base;
        this.rows = rows;
        values = numbers(base);
        double[] gaps = rows.stream().mapToDouble(MeasuredKernel::gapMicros).sorted().toArray();
        launchNanos = Math.round(gaps[gaps.length / 2] * THOUSAND);
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
        return with(base, values, launchNanos);
    }

    /** What was found, the launch gap last. */
    public List<Key> keys() {
        double[] before = numbers(base);
        var keys = new ArrayList<Key>();
        for (int i = 0; i < values.length; i++) {
            keys.add(new Key(NAMES.get(i), values[i], values[i] != before[i]));
        }
        keys.add(new Key("gpu.launch_ns", launchNanos,
                launchNanos != base.overhead().launchNanos()));
        return keys;
    }

    /** What a kernel takes on a GPU without the gap before it, us. */
    static double micros(Gpu gpu, Kernel kernel) {
        return new Roofline(gpu).run(List.of(kernel)).kernels().getFirst().running() * MICRO;
    }

    private boolean improve() {
        boolean better = false;
        for (int i = 0; i < values.length; i++) {
            double before = values[i];
            values[i] = best(i);
            better |= values[i] != before;
        }
        return better;
    }

    /** The value of a key with the smallest error; that of the base if none is better. */
    private double best(int key) {
        double chosen = values[key];
        double least = error();
        for (double x = key == KERNEL ? shortestNanos() : MOST; x >= LEAST; x /= GRID) {
            double rounded = Math.max(LEAST, Math.round(x * HUNDREDTHS) / HUNDREDTHS);
            double error = error(key, rounded);
            if (error < least - NOTHING) {
                least = error;
                chosen = rounded;
            }
        }
        double kept = numbers(base)[key];
        return error(key, kept) <= least + LITTLE ? kept : chosen;
    }

    /** No kernel takes less than the least that it takes. */
    private double shortestNanos() {
        return rows.stream().mapToDouble(MeasuredKernel::micros).min().orElseThrow() * THOUSAND;
    }

    private double error(int key, double value) {
        values[key] = value;
        return error();
    }

    private double error() {
        Gpu gpu = gpu();
        double sum = 0;
        for (MeasuredKernel k : rows) {
            double ln = Math.log(micros(gpu, k.work()) / k.micros());
            sum += ln * ln;
        }
        return sum;
    }

    private static double[] numbers(Gpu gpu) {
        Gpu.Reach r = gpu.reach();
        return new double[] {gpu.overhead().kernelNanos(), r.memory(), r.memory8(), r.memory4(),
            r.sparse(), r.attention(), r.matrix(), r.prefill(), r.vector()};
    }

    private static Gpu with(Gpu gpu, double[] v, double launchNanos) {
        return new Gpu(gpu.name(), gpu.description(), gpu.memoryBytes(), gpu.memoryGBps(),
                gpu.peaks(), new Gpu.Reach(v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]),
                new Gpu.Overhead(launchNanos, v[KERNEL]), gpu.contextBytes(), gpu.powerW(),
                gpu.priceUSD());
    }
}
