package dev.skein.compiler.ir;

import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The arithmetic of the larger ops on row-major arrays. */
final class Kernels {
    /** Multiplications below which threads cost more than they bring. */
    private static final long PARALLEL_FROM = 1 << 20;

    private Kernels() {
    }

    /** Runs {@code body} for each index, on several threads if there is {@code work} for them. */
    static void forEach(int count, long work, IntConsumer body) {
        IntStream range = IntStream.range(0, count);
        (work < PARALLEL_FROM ? range : range.parallel()).forEach(body);
    }

    /**
     * {@code out[r][n] = scale[r] * sum_k x[r][k] w[n][k] (+ bias[n])}.
     *
     * @param x {@code [rows, in]}
     * @param w {@code [out, in]}
     * @param bias {@code [out]} or null
     * @param scales {@code [rows]}
     */
    static float[] linear(float[] x, int rows, WeightRef shape, float[] w, float[] bias,
            float[] scales) {
        int in = shape.cols();
        int out = shape.rows();
        float[] y = new float[Math.multiplyExact(rows, out)];
        forEach(out, rows * shape.elements(), n -> {
            for (int r = 0; r < rows; r++) {
                float sum = Dot.of(x, r * in, w, n * in, in) * scales[r];
                y[r * out + n] = bias == null ? sum : sum + bias[n];
            }
        });
        return y;
    }

    /** Normalises {@code n} values at {@code at} of x into y. */
    static void norm(Op.Norm op, float[] x, int at, float[] weight, float[] bias, float[] y) {
        int n = weight.length;
        boolean centred = op.kind() == NormKind.LAYER;
        double mean = 0;
        if (centred) {
            for (int i = 0; i < n; i++) {
                mean += x[at + i];
            }
            mean /= n;
        }
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double d = x[at + i] - mean;
            squares += d * d;
        }
        double inverse = 1 / Math.sqrt(squares / n + op.eps());
        for (int i = 0; i < n; i++) {
            double unit = (x[at + i] - mean) * inverse * weight[i];
            y[at + i] = (float) (bias == null ? unit : unit + bias[i]);
        }
    }

    /** Turns the pairs of one head at {@code at} of y, in place, by row {@code row} of a table. */
    static void rope(Op.Rope op, float[] y, int at, float[] table, int row) {
        int pairs = op.rotaryDim() / 2;
        int cosines = row * op.rotaryDim();
        boolean adjacent = op.style() == RopeStyle.INTERLEAVED;
        for (int i = 0; i < pairs; i++) {
            int first = at + (adjacent ? 2 * i : i);
            int second = adjacent ? first + 1 : first + pairs;
            double c = table[cosines + i];
            double s = table[cosines + pairs + i];
            double x0 = y[first];
            double x1 = y[second];
            y[first] = (float) (x0 * c - x1 * s);
            y[second] = (float) (x0 * s + x1 * c);
        }
    }
}
