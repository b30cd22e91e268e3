package dev.skein.runtime.suite;

/**
 * Predicted beside measured.
 *
 * @param name of the kernel or step
 * @param measuredMicros us; of a kernel without the gap before it
 * @param predictedMicros us, by the fitted model
 * @param fitted whether constants were fitted to it, or to kernels of it
 */
public record Deviation(String name, double measuredMicros, double predictedMicros,
        boolean fitted) {
    /** What the timing model is to reach on what it was not fitted to. */
    public static final double TOLERANCE = 0.15;

    /** Relative: 0.1 if the model takes a tenth longer. */
    public double relative() {
        return predictedMicros / measuredMicros - 1;
    }

    /** Whether it is within the tolerance. */
    public boolean holds() {
        return Math.abs(relative()) <= TOLERANCE;
    }
}
