package dev.skein.runtime.suite;

import java.util.Objects;

/**
 * A whole step of a model on a device.
 *
 * @param name for people, and of its kernels
 * @param model of the catalogue, or one that comes with Skein
 * @param weights its scheme
 * @param prefill whether a prompt, from an empty cache; else one token of each sequence
 * @param context tokens of each sequence after it
 * @param batch sequences
 * @param fit whether constants may be fitted to its kernels; else all of it is predicted
 * @param launches of kernels
 * @param deviceMicros of all of them, by the device's clock, us
 * @param wallMicros of the step, by the host's clock, us
 */
public record MeasuredStep(String name, String model, String weights, boolean prefill, int context,
        int batch, boolean fit, int launches, double deviceMicros, double wallMicros) {
    private static final double MOST = 1e12;

    /** Checks that times are times. */
    public MeasuredStep {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(weights, "weights");
        require("context", context, 1);
        require("batch", batch, 1);
        require("launches", launches, 1);
        require("deviceMicros", deviceMicros, Double.MIN_VALUE);
        require("wallMicros", wallMicros, Double.MIN_VALUE);
    }

    static void require(String field, double value, double least) {
        if (!(value >= least && value <= MOST)) {
            throw new IllegalArgumentException(field + " " + value + ": allowed are "
                    + (least == 0 ? "0" : "more than 0") + " to " + MOST);
        }
    }
}
