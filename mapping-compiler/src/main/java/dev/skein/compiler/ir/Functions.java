package dev.skein.compiler.ir;

import dev.skein.hls.isa.EwiseFunction;

/** The element-wise functions in binary64: what the hardware's polynomials approximate. */
final class Functions {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private Functions() {
    }

    /** A unary function; of SILU_MUL the first factor. */
    static double unary(EwiseFunction fn, double a) {
        return switch (fn) {
            case RELU -> Math.max(a, 0);
            case SILU, SILU_MUL -> a / (1 + Math.exp(-a));
            case GELU_TANH -> 0.5 * a * (1 + Math.tanh(SQRT_2_OVER_PI
                    * (a + 0.044715 * a * a * a)));
            case GELU_ERF -> 0.5 * a * (1 + erf(a / Math.sqrt(2)));
            case COPY, ADD, MUL -> throw new IllegalArgumentException(fn + " is not unary");
        };
    }

    /** A binary function. */
    static double binary(EwiseFunction fn, double a, double b) {
        return switch (fn) {
            case ADD -> a + b;
            case MUL -> a * b;
            case SILU_MUL -> unary(EwiseFunction.SILU, a) * b;
            case COPY, RELU, SILU, GELU_TANH, GELU_ERF ->
                throw new IllegalArgumentException(fn + " is not binary");
        };
    }

    /**
     * The error function, to 1e-14: {@code 2 / sqrt(pi) exp(-x^2) sum 2^n x^(2n+1) / (2n+1)!!}
     * (Abramowitz and Stegun 7.1.6), whose terms are all of one sign.
     */
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
