package dev.skein.runtime.gpu;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.Sparsity;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.sim.gpu.WeightWidth;
import java.util.Locale;
import java.util.Optional;

/**
 * How a GPU stores weights and cache: integers as on a board, with an INT8 cache, or all in FP16,
 * which boards do not offer.
 *
 * @param scheme of the integers; empty for FP16
 */
public record GpuWeights(Optional<QuantScheme> scheme) {
    private static final String HALF = "f16";
    private static final double EIGHT = 8;

    /**
     * Of {@code f16} or any weight scheme of a board.
     *
     * @throws IllegalArgumentException naming what is allowed
     */
    public static GpuWeights parse(String text) {
        if (text.toLowerCase(Locale.ROOT).equals(HALF)) {
            return new GpuWeights(Optional.empty());
        }
        return new GpuWeights(Optional.of(QuantScheme.parse(text)));
    }

    /** Whether weights, activations and cache are FP16. */
    public boolean half() {
        return scheme.isEmpty();
    }

    /** Bytes of a matrix {@code [rows, cols]} with all scales and positions. */
    long bytes(long rows, int cols, boolean head) {
        double bits = format(head).map(f -> f.bitsPerWeight(cols)).orElse(2 * EIGHT);
        return (long) Math.ceil(rows * (double) cols * bits / EIGHT);
    }

    /** Whether kernels follow positions. */
    boolean sparse(boolean head) {
        return format(head).map(f -> !f.blocks().sparsity().equals(Sparsity.DENSE)).orElse(false);
    }

    /** Share of the weights that is kept, 0 to 1. */
    double density(int cols, boolean head) {
        return format(head).filter(f -> !f.isUniform()).map(f -> {
            int blocks = WeightFormat.blocks(cols);
            return f.blocks().counts(blocks).entrySet().stream()
                    .mapToDouble(e -> e.getKey().pattern().kept() * (double) e.getValue()).sum()
                    / (16.0 * blocks);
        }).orElse(1.0);
    }

    /** Whether weights are narrower than a byte and have to be unpacked. */
    boolean packed(boolean head) {
        return format(head).map(f -> !f.isUniform() || f.bits().bits() < EIGHT).orElse(false);
    }

    /** How wide they are. */
    WeightWidth width(boolean head) {
        return half() ? WeightWidth.WIDE : packed(head) ? WeightWidth.PACKED : WeightWidth.BYTE;
    }

    private Optional<WeightFormat> format(boolean head) {
        return scheme.map(s -> head ? s.head() : s.body());
    }

    /** Bytes of an activation. */
    int activationBytes() {
        return half() ? Short.BYTES : Byte.BYTES;
    }

    /** Bytes of a key, or of a value, of one head: INT8 with a binary32 scale, or FP16. */
    int cacheRowBytes(int headDim) {
        return half() ? Short.BYTES * headDim : headDim + Float.BYTES;
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        return scheme.map(QuantScheme::toString).orElse(HALF);
    }
}
