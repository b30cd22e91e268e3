package dev.skein.compiler.ir;

/**
 * A reference to a weight tensor {@code [rows, cols]}, row-major; a vector has one row.
 *
 * @param name canonical name, the key of {@link Weights}
 */
public record WeightRef(String name, int rows, int cols) {
    /** Longest table and widest row: above the largest published models. */
    private static final int MAX_EXTENT = 1 << 24;

    public WeightRef {
        Names.check("weight", name);
        Require.range("rows of " + name, rows, 1, MAX_EXTENT);
        Require.range("columns of " + name, cols, 1, MAX_EXTENT);
    }

    /** A vector of {@code length} elements. */
    public static WeightRef vector(String name, int length) {
        return new WeightRef(name, 1, length);
    }

    /** Number of elements. */
    public long elements() {
        return (long) rows * cols;
    }

    /** As in the text form: {@code layer.0.q.weight[64, 64]}. */
    @Override
    public String toString() {
        return name + "[" + rows + ", " + cols + "]";
    }
}
