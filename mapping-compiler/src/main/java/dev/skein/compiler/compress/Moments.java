package dev.skein.compiler.compress;

import java.util.stream.IntStream;

/**
 * Second moments of the inputs of a linear layer over calibration tokens, in binary64: {@code
 * H = sum x^T x} of the inputs as the compressed model has them, and {@code G = sum y^T x} with the
 * inputs {@code y} of the model as it was. Both {@code [width, width]}.
 */
public final class Moments {
    private final int width;
    private final double[] own;
    private final double[] cross;

    /** None yet, of a layer with this many inputs. */
    public Moments(int width) {
        this.width = width;
        own = new double[Math.multiplyExact(width, width)];
        cross = new double[own.length];
    }

    /** Inputs of the layer. */
    public int width() {
        return width;
    }

    /**
     * Adds tokens.
     *
     * @param x {@code [rows, width]} inputs in the compressed model
     * @param y {@code [rows, width]} inputs in the model as it was
     */
    public void add(float[] x, float[] y, int rows) {
        IntStream.range(0, width).parallel().forEach(i -> {
            for (int at = 0; at < rows * width; at += width) {
                accumulate(x[at + i], x, at, own, i * width);
                accumulate(y[at + i], x, at, cross, i * width);
            }
        });
    }

    private void accumulate(double factor, float[] x, int at, double[] sum, int to) {
        for (int j = 0; j < width; j++) {
            sum[to + j] += factor * x[at + j];
        }
    }

    /** {@code H}: not to be changed. */
    double[] own() {
        return own;
    }

    /** {@code G}: not to be changed. */
    double[] cross() {
        return cross;
    }
}
