package dev.skein.compiler.compress;

/**
 * Error of a quantised tensor, as sums, so that errors of parts can be merged.
 *
 * @param count number of weights
 * @param squaredError sum of the squared differences
 * @param squaredSignal sum of the squared weights
 * @param maxError largest absolute difference
 */
public record QuantError(long count, double squaredError, double squaredSignal, double maxError) {
    /** Nothing yet: the neutral element of {@link #merge}. */
    public static final QuantError NONE = new QuantError(0, 0, 0, 0);

    /** Error of {@code approximation} as an approximation of {@code weights}. */
    public static QuantError between(float[] weights, float[] approximation) {
        double error = 0;
        double signal = 0;
        double max = 0;
        for (int i = 0; i < weights.length; i++) {
            double d = (double) weights[i] - approximation[i];
            error += d * d;
            signal += (double) weights[i] * weights[i];
            max = Math.max(max, Math.abs(d));
        }
        return new QuantError(weights.length, error, signal, max);
    }

    /** The error of both parts together. */
    public QuantError merge(QuantError other) {
        return new QuantError(count + other.count, squaredError + other.squaredError,
                squaredSignal + other.squaredSignal, Math.max(maxError, other.maxError));
    }

    /** Root mean square of the differences. */
    public double rmse() {
        return count == 0 ? 0 : Math.sqrt(squaredError / count);
    }

    /** Root mean square of the differences relative to that of the weights; 0 of zeros. */
    public double relative() {
        return squaredSignal == 0 ? 0 : Math.sqrt(squaredError / squaredSignal);
    }

    /** Signal to noise ratio, dB; infinite without error. */
    public double snrDecibels() {
        return squaredError == 0 ? Double.POSITIVE_INFINITY
                : 10 * Math.log10(squaredSignal / squaredError);
    }
}
