package dev.skein.compiler.compress;

import java.util.stream.IntStream;

/** Symmetric positive definite matrices, row-major {@code [n, n]} binary64. */
final class Cholesky {
    private final int n;
    private final double[] lower;

    private Cholesky(int n, double[] lower) {
        this.n = n;
        this.lower = lower;
    }

    /**
     * Factors {@code a = L L^T}.
     *
     * @throws IllegalArgumentException if {@code a} is not positive definite
     */
    static Cholesky of(double[] a, int n) {
        double[] l = new double[a.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i * n + j] - dot(l, i * n, l, j * n, j);
                if (j < i) {
                    l[i * n + j] = sum / l[j * n + j];
                } else if (sum > 0) {
                    l[i * n + i] = Math.sqrt(sum);
                } else {
                    throw new IllegalArgumentException("moments of " + n
                            + " inputs are not positive definite at " + i);
                }
            }
        }
        return new Cholesky(n, l);
    }

    static double dot(double[] a, int from, double[] b, int at, int count) {
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i + 1 < count; i += 2) {
            even += a[from + i] * b[at + i];
            odd += a[from + i + 1] * b[at + i + 1];
        }
        return i < count ? even + odd + a[from + i] * b[at + i] : even + odd;
    }

    /** Solves {@code a x = b}. */
    double[] solve(double[] b) {
        double[] x = b.clone();
        for (int i = 0; i < n; i++) {
            x[i] = (x[i] - dot(lower, i * n, x, 0, i)) / lower[i * n + i];
        }
        for (int i = n - 1; i >= 0; i--) {
            x[i] /= lower[i * n + i];
            for (int j = 0; j < i; j++) {
                x[j] -= lower[i * n + j] * x[i];
            }
        }
        return x;
    }

    /** The inverse of {@code a}. */
    double[] inverse() {
        double[] inverse = new double[n * n];
        IntStream.range(0, n).parallel().forEach(column -> {
            double[] unit = new double[n];
            unit[column] = 1;
            System.arraycopy(solve(unit), 0, inverse, column * n, n);
        });
        return inverse;
    }

    /** The upper factor: {@code a = U^T U}. */
    double[] upper() {
        double[] upper = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                upper[j * n + i] = lower[i * n + j];
            }
        }
        return upper;
    }
}
