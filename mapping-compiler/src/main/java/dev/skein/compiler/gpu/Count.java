package dev.skein.compiler.gpu;

import java.util.Objects;

/**
 * {@code factor * ceil(length / divisor)}.
 *
 * @param factor 1 or more
 * @param length of the step
 * @param divisor 1 or more: how many of them are taken at once
 */
public record Count(int factor, Length length, int divisor) {
    /** Checks the ranges. */
    public Count {
        Objects.requireNonNull(length, "length");
        if (factor < 1 || divisor < 1) {
            throw new IllegalArgumentException("factor " + factor + ", divisor " + divisor
                    + ": allowed are 1 and more");
        }
    }

    /** A number that no step changes. */
    public static Count of(int factor) {
        return new Count(factor, Length.ONE, 1);
    }

    /** A number for each token. */
    public static Count perToken(int factor) {
        return new Count(factor, Length.TOKENS, 1);
    }

    /** The same of so many at once. */
    public Count tiled(int tile) {
        return new Count(factor, length, Math.multiplyExact(divisor, tile));
    }

    /**
     * Its value in a step.
     *
     * @throws ArithmeticException if it is above 2^31 - 1
     */
    public int in(StepLengths step) {
        return Math.multiplyExact(factor, Math.ceilDiv(length.in(step), divisor));
    }
}
