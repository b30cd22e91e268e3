package dev.skein.compiler.compress;

import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.SparsePattern;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Brings weights into any {@link WeightFormat} without knowing anything but the weights: in each
 * block the weights of greatest magnitude are kept, the classes go to the blocks where they cost
 * least squared error, and the scales are searched by {@link Quantiser}. Strips of 16 rows are
 * independent, so a large matrix may be done some strips at a time with the same result.
 */
public final class Compressor {
    private static final long PARALLEL_FROM = 1 << 17;

    private final float[] weights;
    private final int rows;
    private final int cols;
    private final WeightFormat format;
    private final boolean fours;
    private final List<BlockClass> classes;
    private final int[] counts;

    private Compressor(float[] weights, int rows, int cols, WeightFormat format) {
        this.weights = weights;
        this.rows = rows;
        this.cols = cols;
        this.format = format;
        fours = format.blocks().sparsity().fours();
        Map<BlockClass, Integer> all = format.blocks().counts(WeightFormat.blocks(cols));
        classes = new ArrayList<>(all.keySet());
        counts = all.values().stream().mapToInt(n -> n).toArray();
    }

    /**
     * Compresses rows by {@link Method#MAGNITUDE}.
     *
     * @param weights {@code [rows, cols]}, finite; rows from a multiple of 16 on
     */
    public static QuantisedMatrix compress(float[] weights, int rows, int cols,
            WeightFormat format) {
        return format.isUniform() ? Quantiser.quantise(weights, rows, cols, format)
                : new Compressor(weights, rows, cols, format).run(true);
    }

    /** Compresses rows by {@link Method#RTN}. */
    public static QuantisedMatrix round(float[] weights, int rows, int cols,
            WeightFormat format) {
        return format.isUniform() ? Quantiser.roundToNearest(weights, rows, cols, format)
                : new Compressor(weights, rows, cols, format).run(false);
    }

    private QuantisedMatrix run(boolean search) {
        int blocks = WeightFormat.blocks(cols);
        int strips = Math.ceilDiv(rows, StripRows.BLOCK);
        byte[] codes = new byte[strips * blocks];
        float[] pruned = new float[weights.length];
        IntStream range = IntStream.range(0, strips);
        (weights.length < PARALLEL_FROM ? range : range.parallel()).forEach(strip -> {
            double[][] cost = new double[blocks][];
            for (int b = 0; b < blocks; b++) {
                cost[b] = costs(strip, b);
            }
            int[] assigned = BlockAssignment.solve(cost, counts);
            for (int b = 0; b < blocks; b++) {
                BlockClass type = classes.get(assigned[b]);
                codes[strip * blocks + b] = (byte) type.code();
                keep(strip, b, type.pattern(), pruned);
            }
        });
        return Quantiser.quantise(pruned, rows, cols, format, codes, search);
    }

    /** Squared error of a block in each of the classes. */
    private double[] costs(int strip, int block) {
        double[] costs = new double[classes.size()];
        int from = block * StripRows.BLOCK;
        int n = Math.min(StripRows.BLOCK, cols - from);
        for (int row = firstRow(strip); row < lastRow(strip); row++) {
            for (int c = 0; c < costs.length; c++) {
                BlockClass type = classes.get(c);
                boolean[] kept = kept(row, from, n, type.pattern());
                float step = step(row, from, n, type);
                float inverse = step == 0 ? 0 : 1 / step;
                int limit = type.bits().max();
                for (int i = 0; i < n; i++) {
                    double w = weights[row * cols + from + i];
                    double q = kept[i] ? Math.clamp(Math.rint(w * inverse), -limit, limit) : 0;
                    costs[c] += (w - q * step) * (w - q * step);
                }
            }
        }
        return costs;
    }

    /**
     * The scale a block would have: its own if a group is no larger, else one that the widest
     * blocks of the group have in common with it.
     */
    private float step(int row, int from, int n, BlockClass type) {
        int group = format.groupSize() == 0 ? cols : format.groupSize();
        if (group <= StripRows.BLOCK) {
            return Quantiser.maxAbs(weights, row * cols + from, n) / type.bits().max();
        }
        int first = from / group * group;
        int widest = classes.stream().mapToInt(c -> c.bits().max()).max().orElseThrow();
        return Quantiser.maxAbs(weights, row * cols + first, Math.min(group, cols - first))
                / widest;
    }

    private boolean[] kept(int row, int from, int n, SparsePattern pattern) {
        double[] scores = new double[n];
        for (int i = 0; i < n; i++) {
            scores[i] = Math.abs(weights[row * cols + from + i]);
        }
        return Masks.largest(scores, pattern, fours);
    }

    private void keep(int strip, int block, SparsePattern pattern, float[] out) {
        int from = block * StripRows.BLOCK;
        int n = Math.min(StripRows.BLOCK, cols - from);
        for (int row = firstRow(strip); row < lastRow(strip); row++) {
            boolean[] kept = kept(row, from, n, pattern);
            for (int i = 0; i < n; i++) {
                out[row * cols + from + i] = kept[i] ? weights[row * cols + from + i] : 0;
            }
        }
    }

    private static int firstRow(int strip) {
        return strip * StripRows.BLOCK;
    }

    private int lastRow(int strip) {
        return Math.min(rows, (strip + 1) * StripRows.BLOCK);
    }
}
