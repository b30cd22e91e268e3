package dev.skein.compiler.compress;

import dev.skein.hls.number.StripRows;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Turns binary32 rows into a {@link WeightFormat}. Rows are independent, so a large matrix may be
 * quantised some rows at a time with the same result.
 *
 * <p>For each group the scale is searched that minimises the squared error: a smaller scale than
 * {@code max|w| / qmax} clips the largest weights and resolves the others better. The channel
 * scale is such that the largest group scale is 255; a group's integer scale is the better of its
 * two neighbours, and the weights are rounded anew with it. Ties of the search go to the larger
 * scale.
 */
public final class Quantiser {
    static final int MAX_GROUP_SCALE = 255;
    /** Rows whose magnitudes are all below this become zero: their scales would be subnormal. */
    static final float SMALLEST = 0x1p-100f;
    private static final long PARALLEL_FROM = 1 << 17;

    private final WeightFormat format;
    private final byte[] classes;
    private final boolean search;

    private Quantiser(WeightFormat format, byte[] classes, boolean search) {
        this.format = format;
        this.classes = classes;
        this.search = search;
    }

    /**
     * Quantises with the scale search.
     *
     * @param weights {@code [rows, cols]}, finite
     */
    public static QuantisedMatrix quantise(float[] weights, int rows, int cols,
            WeightFormat format) {
        return new Quantiser(format, new byte[0], true).run(weights, rows, cols);
    }

    /**
     * Quantises pruned weights, each block in the range of its class.
     *
     * @param weights {@code [rows, cols]}, finite, 0 where nothing is kept
     * @param classes as {@link QuantisedMatrix#classes}
     * @param search whether to search the scales
     */
    static QuantisedMatrix quantise(float[] weights, int rows, int cols,
            WeightFormat format, byte[] classes, boolean search) {
        return new Quantiser(format, classes, search).run(weights, rows, cols);
    }

    /** Quantises without the search: no weight is clipped but by the rounding of group scales. */
    public static QuantisedMatrix roundToNearest(float[] weights, int rows, int cols,
            WeightFormat format) {
        return new Quantiser(format, new byte[0], false).run(weights, rows, cols);
    }

    private QuantisedMatrix run(float[] weights, int rows, int cols) {
        int groups = format.groups(cols);
        var out = new QuantisedMatrix(format, rows, cols, new byte[Math.multiplyExact(rows, cols)],
                new byte[rows * groups], new float[rows], classes);
        IntStream range = IntStream.range(0, rows);
        (weights.length < PARALLEL_FROM ? range : range.parallel())
                .forEach(row -> row(weights, row, out));
        return out;
    }

    private void row(float[] weights, int row, QuantisedMatrix out) {
        int cols = out.cols();
        int start = row * cols;
        if (maxAbs(weights, start, cols) < SMALLEST) {
            return;
        }
        var scales = new RowScales(weights, start, limits(out, row), search);
        if (format.groupSize() == 0) {
            float scale = scales.best(0, cols);
            out.channelScales()[row] = scale;
            scales.round(0, cols, scale, out.values());
            return;
        }
        int groups = format.groups(cols);
        float[] ideal = new float[groups];
        float largest = 0;
        for (int g = 0; g < groups; g++) {
            int from = g * format.groupSize();
            ideal[g] = scales.best(from, Math.min(format.groupSize(), cols - from));
            largest = Math.max(largest, ideal[g]);
        }
        float channel = largest / MAX_GROUP_SCALE;
        out.channelScales()[row] = channel;
        for (int g = 0; g < groups; g++) {
            int from = g * format.groupSize();
            int n = Math.min(format.groupSize(), cols - from);
            int integer = ideal[g] == 0 ? 0
                    : scales.integer(from, n, ideal[g] / channel, channel);
            out.groupScales()[row * groups + g] = (byte) integer;
            scales.round(from, n, integer * channel, out.values());
        }
    }

    /** The largest integer of each column of a row. */
    private static byte[] limits(QuantisedMatrix matrix, int row) {
        byte[] limits = new byte[matrix.cols()];
        for (int from = 0; from < limits.length; from += StripRows.BLOCK) {
            Arrays.fill(limits, from, Math.min(from + StripRows.BLOCK, limits.length),
                    (byte) matrix.blockClass(row, from).bits().max());
        }
        return limits;
    }

    static float maxAbs(float[] w, int at, int n) {
        float max = 0;
        for (int i = at; i < at + n; i++) {
            max = Math.max(max, Math.abs(w[i]));
        }
        return max;
    }
}
