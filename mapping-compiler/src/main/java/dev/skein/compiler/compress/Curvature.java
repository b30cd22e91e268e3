package dev.skein.compiler.compress;

import java.util.stream.IntStream;

/**
 * What the second-order methods need of the inputs of a layer, computed once for all its rows.
 *
 * @param width inputs
 * @param h {@code [width, width]} moments with damping on the diagonal
 * @param inverse {@code [width]} the diagonal of the inverse of {@code h}
 * @param upper {@code [width, width]} {@code U} with {@code h^-1 = U^T U}: row i holds how the
 *     weights behind i make up for an error of weight i
 */
record Curvature(int width, double[] h, double[] inverse, double[] upper) {
    /** Share of the mean of the diagonal that is added to it, as GPTQ has it. */
    private static final double DAMP = 0.01;

    /** With what weights do together. */
    static Curvature of(Moments moments) {
        int n = moments.width();
        double[] h = moments.own().clone();
        double damping = damping(moments);
        for (int i = 0; i < n; i++) {
            h[i * n + i] += damping;
        }
        double[] inverse = Cholesky.of(h, n).inverse();
        double[] diagonal = new double[n];
        for (int i = 0; i < n; i++) {
            diagonal[i] = inverse[i * n + i];
        }
        return new Curvature(n, h, diagonal, Cholesky.of(inverse, n).upper());
    }

    /** With nothing but the norms of the inputs: no weight can make up for another. */
    static Curvature diagonal(Moments moments) {
        int n = moments.width();
        double[] h = new double[n * n];
        double[] inverse = new double[n];
        double[] upper = new double[n * n];
        double damping = damping(moments);
        for (int i = 0; i < n; i++) {
            h[i * n + i] = moments.own()[i * n + i] + damping;
            inverse[i] = 1 / h[i * n + i];
            upper[i * n + i] = Math.sqrt(inverse[i]);
        }
        return new Curvature(n, h, inverse, upper);
    }

    private static double damping(Moments moments) {
        int n = moments.width();
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += moments.own()[i * n + i];
        }
        return trace == 0 ? 1 : DAMP * trace / n;
    }

    /**
     * The weights to aim at: on the inputs of the compressed model they do, in least squares, what
     * the original ones do on those of the model as it was; the damping draws them to the original
     * ones.
     *
     * @param weights {@code [rows, width]}
     */
    static double[][] targets(Moments moments, float[] weights, int rows) {
        int n = moments.width();
        double damping = damping(moments);
        double[] h = moments.own().clone();
        for (int i = 0; i < n; i++) {
            h[i * n + i] += damping;
        }
        Cholesky factors = Cholesky.of(h, n);
        double[][] targets = new double[rows][];
        IntStream.range(0, rows).parallel().forEach(row -> {
            double[] b = new double[n];
            for (int i = 0; i < n; i++) {
                double w = weights[row * n + i];
                for (int j = 0; j < n; j++) {
                    b[j] += w * moments.cross()[i * n + j];
                }
                b[i] += damping * w;
            }
            targets[row] = factors.solve(b);
        });
        return targets;
    }
}
