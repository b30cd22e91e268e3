package dev.skein.compiler.compress;

import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Compresses a matrix so that its output changes little on calibration inputs: strip by strip the
 * blocks get their classes, then row by row the weights their integers.
 */
public final class SecondOrder {
    /** Rounds of refinement; most rows are done after a few. */
    private static final int SWEEPS = 8;

    private final Method method;
    private final float[] weights;
    private final int rows;
    private final int cols;
    private final WeightFormat format;
    private final boolean keepZeros;
    private final Curvature curvature;
    private final double[][] targets;

    private SecondOrder(Method method, float[] weights, int rows, int cols, WeightFormat format,
            Moments moments) {
        this.method = method;
        this.weights = weights;
        this.rows = rows;
        this.cols = cols;
        this.format = format;
        keepZeros = Zeros.pruned(weights);
        if (method == Method.WANDA) {
            curvature = Curvature.diagonal(moments);
            targets = new double[rows][cols];
            for (int i = 0; i < weights.length; i++) {
                targets[i / cols][i % cols] = weights[i];
            }
        } else {
            curvature = Curvature.of(moments);
            targets = Curvature.targets(moments, weights, rows);
        }
    }

    /**
     * Compresses a matrix. One that was pruned before keeps its zeros.
     *
     * @param method one that is calibrated
     * @param weights {@code [rows, cols]}, finite
     * @param moments of its inputs, as many as there are columns
     */
    public static QuantisedMatrix compress(Method method, float[] weights, int rows, int cols,
            WeightFormat format, Moments moments) {
        if (!method.calibrated() || moments.width() != cols) {
            throw new IllegalArgumentException(method + " with moments of " + moments.width()
                    + " inputs: a calibrated method and " + cols + " inputs are needed");
        }
        return new SecondOrder(method, weights, rows, cols, format, moments).run();
    }

    private QuantisedMatrix run() {
        int blocks = StripRows.blocks(cols);
        int strips = StripRows.strips(rows);
        boolean uniform = format.isUniform();
        byte[] codes = new byte[uniform ? 0 : strips * blocks];
        int groups = format.groups(cols);
        byte[] values = new byte[rows * cols];
        byte[] groupScales = new byte[rows * groups];
        float[] channels = new float[rows];
        IntStream.range(0, strips).parallel().forEach(strip -> {
            BlockClass[] classes = classes(strip);
            for (int b = 0; !uniform && b < blocks; b++) {
                codes[strip * blocks + b] = (byte) classes[b].code();
            }
            for (int row = strip * StripRows.ROWS; row < lastRow(strip); row++) {
                var solver = new RowSolver(curvature, format, classes, targets[row],
                        allowed(row, classes));
                solver.solve(SWEEPS);
                channels[row] = solver.channel();
                solver.values(values, row * cols);
                solver.groupScales(groupScales, row * groups);
            }
        });
        return new QuantisedMatrix(format, rows, cols, values, groupScales, channels, codes);
    }

    /** What may be kept of a row, if that is decided beforehand; else null. */
    private boolean[] allowed(int row, BlockClass[] classes) {
        boolean fixed = method == Method.GPTQ && !format.isUniform();
        if (!keepZeros && !fixed) {
            return null;
        }
        boolean[] allowed = new boolean[cols];
        for (int i = 0; i < cols; i++) {
            allowed[i] = !keepZeros || weights[row * cols + i] != 0;
        }
        for (int b = 0; fixed && b < classes.length; b++) {
            int from = b * StripRows.BLOCK;
            double[] scores = new double[Math.min(StripRows.BLOCK, cols - from)];
            for (int i = 0; i < scores.length; i++) {
                double w = weights[row * cols + from + i];
                scores[i] = w * w * curvature.h()[(from + i) * (cols + 1)];
            }
            boolean[] kept = Masks.largest(scores, classes[b].pattern(),
                    format.blocks().sparsity().fours());
            for (int i = 0; i < scores.length; i++) {
                allowed[from + i] &= kept[i];
            }
        }
        return allowed;
    }

    private int lastRow(int strip) {
        return Math.min(rows, (strip + 1) * StripRows.ROWS);
    }

    private BlockClass[] classes(int strip) {
        Map<BlockClass, Integer> all = format.blocks().counts(StripRows.blocks(cols));
        if (all.size() == 1) {
            var classes = new BlockClass[StripRows.blocks(cols)];
            Arrays.fill(classes, all.keySet().iterator().next());
            return classes;
        }
        List<BlockClass> types = new ArrayList<>(all.keySet());
        int[] counts = all.values().stream().mapToInt(n -> n).toArray();
        double[][] cost = new double[StripRows.blocks(cols)][types.size()];
        for (int b = 0; b < cost.length; b++) {
            for (int c = 0; c < types.size(); c++) {
                for (int row = strip * StripRows.ROWS; row < lastRow(strip); row++) {
                    cost[b][c] += cost(targets[row], b * StripRows.BLOCK, types.get(c));
                }
            }
        }
        int[] assigned = BlockAssignment.solve(cost, counts);
        return Arrays.stream(assigned).mapToObj(types::get).toArray(BlockClass[]::new);
    }

    /** What a class adds to the error if all other weights make up for it. */
    private double cost(double[] w, int from, BlockClass type) {
        int n = Math.min(StripRows.BLOCK, cols - from);
        double[] inverse = curvature.inverse();
        double[] scores = new double[n];
        double max = 0;
        for (int i = 0; i < n; i++) {
            scores[i] = w[from + i] * w[from + i] / inverse[from + i];
            max = Math.max(max, Math.abs(w[from + i]));
        }
        boolean[] kept = Masks.largest(scores, type.pattern(), format.blocks().sparsity().fours());
        int limit = type.bits().max();
        double step = max / limit;
        double cost = 0;
        for (int i = 0; i < n; i++) {
            double x = w[from + i];
            double q = kept[i] && step > 0 ? Math.clamp(Math.rint(x / step), -limit, limit) : 0;
            cost += (x - q * step) * (x - q * step) / inverse[from + i];
        }
        return cost;
    }
}
