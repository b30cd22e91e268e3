package dev.skein.runtime.suite;

import dev.skein.sim.gpu.Kernel;
import java.util.Objects;

/**
 * A kernel, or the mean of those of a class in a step, on a device.
 *
 * @param step of which step; empty of a product that was measured alone
 * @param work what the timing model says that one launch has to do
 * @param fit whether constants may be fitted to it; the others are predicted
 * @param launches how many
 * @param micros of one, by the device's clock, us
 * @param gapMicros between one and the next: the step by the host's clock, less all kernels, by
 *     launches, us
 * @param predictedMicros of one without its gap, by the timing model before it was fitted, us; 0 if
 *     there is no GPU file for the device
 */
public record MeasuredKernel(String step, Kernel work, boolean fit, int launches, double micros,
        double gapMicros, double predictedMicros) {
    /** Checks that times are times. */
    public MeasuredKernel {
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(work, "work");
        MeasuredStep.require("launches", launches, 1);
        MeasuredStep.require("micros", micros, Double.MIN_VALUE);
        MeasuredStep.require("gapMicros", gapMicros, 0);
        MeasuredStep.require("predictedMicros", predictedMicros, 0);
    }

    /** With what the timing model says of one without its gap, us. */
    MeasuredKernel predicted(double total) {
        return new MeasuredKernel(step, work, fit, launches, micros, gapMicros, total);
    }

    /** For people. */
    String name() {
        return step.isEmpty() ? work.name() : step + ", " + work.name();
    }
}
