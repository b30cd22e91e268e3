package dev.skein.compiler.compress;

import dev.skein.hls.number.BlockClass;
import dev.skein.hls.number.StripRows;
import java.util.Arrays;

/**
 * One row of a matrix on its way to integers with the least error of its output, {@code e H e^T}
 * with {@code e = target - row}.
 *
 * <p>First columns are pruned and rounded one after the other, and those behind make up for the
 * error (GPTQ, Frantar et al. 2023; SparseGPT, Frantar and Alistarh 2023), with the positions kept
 * in a block and the scale of a group chosen when they are reached. Then the result is refined by
 * steps that each lower the error: one integer, one group scale, the row's scale, or one position
 * given up for another.
 */
final class RowSolver {
    /** Room above the largest group scale that the target alone asks for. */
    private static final double HEADROOM = 1.15;
    private static final int CANDIDATES = 40;
    private static final double CANDIDATE_STEP = 1.0 / 64;

    private final Curvature curvature;
    private final int cols;
    private final int groupSize;
    private final boolean fours;
    private final boolean grouped;
    private final BlockClass[] classes;
    private final double[] target;
    /** Columns that may be kept; null for all. */
    private final boolean[] allowed;

    private final int[] q;
    private final int[] groupScales;
    private float channel;
    private final boolean[] kept;

    /**
     * A row.
     *
     * @param classes of the blocks of its strip
     * @param target {@code [cols]} weights to come near to
     * @param allowed {@code [cols]} what may be kept; null if that is to be decided
     */
    RowSolver(Curvature curvature, WeightFormat format, BlockClass[] classes, double[] target,
            boolean[] allowed) {
        this.curvature = curvature;
        cols = target.length;
        groupSize = format.groupSize() == 0 ? cols : format.groupSize();
        fours = format.blocks().sparsity().fours();
        this.classes = classes;
        this.target = target;
        this.allowed = allowed;
        q = new int[cols];
        groupScales = new int[Math.ceilDiv(cols, groupSize)];
        Arrays.fill(groupScales, 1);
        kept = new boolean[cols];
        grouped = format.groupSize() > 0;
    }


    /** The scale of the row. */
    float channel() {
        return channel;
    }

    /** Copies the integers. */
    void values(byte[] dst, int at) {
        for (int i = 0; i < cols; i++) {
            dst[at + i] = (byte) q[i];
        }
    }

    /** Copies the group scales, if the format has any. */
    void groupScales(byte[] dst, int at) {
        for (int g = 0; grouped && g < groupScales.length; g++) {
            dst[at + g] = (byte) groupScales[g];
        }
    }

    /**
     * Finds the integers and scales.
     *
     * @param sweeps at most so many rounds of refinement
     */
    void solve(int sweeps) {
        double[] w = target.clone();
        double largest = 0;
        for (int from = 0; from < cols; from += groupSize) {
            choosePositions(w, from);
            largest = Math.max(largest, bestScale(w, from, width(from)));
        }
        if (largest < Quantiser.SMALLEST) {
            Arrays.fill(groupScales, 0);
            return;
        }
        channel = (float) (grouped ? largest * HEADROOM / Quantiser.MAX_GROUP_SCALE : largest);
        propagate(w);
        refine(sweeps);
    }

    private int width(int from) {
        return Math.min(groupSize, cols - from);
    }

    private int limit(int column) {
        return classes[column / StripRows.BLOCK].bits().max();
    }

    private void choosePositions(double[] w, int from) {
        double[] u = curvature.upper();
        for (int b = from; b < from + width(from); b += StripRows.BLOCK) {
            double[] scores = new double[Math.min(StripRows.BLOCK, cols - b)];
            for (int i = 0; i < scores.length; i++) {
                double pivot = u[(b + i) * cols + b + i];
                boolean may = allowed == null || allowed[b + i];
                scores[i] = may ? w[b + i] * w[b + i] / (pivot * pivot) : -1;
            }
            boolean[] mask = Masks.largest(scores, classes[b / StripRows.BLOCK].pattern(), fours);
            for (int i = 0; i < scores.length; i++) {
                kept[b + i] = mask[i] && scores[i] >= 0;
            }
        }
    }

    private double bestScale(double[] w, int from, int n) {
        double plain = 0;
        for (int i = from; i < from + n; i++) {
            plain = kept[i] ? Math.max(plain, Math.abs(w[i]) / limit(i)) : plain;
        }
        double best = plain;
        double least = Double.POSITIVE_INFINITY;
        for (int c = 0; c < CANDIDATES && plain > 0; c++) {
            double scale = plain * (1 - c * CANDIDATE_STEP);
            double error = scaleError(w, from, n, scale);
            if (error < least) {
                least = error;
                best = scale;
            }
        }
        return best;
    }

    private double scaleError(double[] w, int from, int n, double scale) {
        double[] u = curvature.upper();
        double error = 0;
        for (int i = from; i < from + n; i++) {
            if (kept[i]) {
                double d = (w[i] - round(w[i] / scale, i) * scale) / u[i * cols + i];
                error += d * d;
            }
        }
        return error;
    }

    private int round(double x, int column) {
        int limit = limit(column);
        return (int) Math.clamp(Math.rint(x), -limit, limit);
    }

    private void propagate(double[] w) {
        double[] u = curvature.upper();
        for (int from = 0, g = 0; from < cols; from += groupSize, g++) {
            choosePositions(w, from);
            if (grouped) {
                double ideal = bestScale(w, from, width(from)) / channel;
                int low = Math.clamp((int) Math.floor(ideal), 1, Quantiser.MAX_GROUP_SCALE);
                int high = Math.min(low + 1, Quantiser.MAX_GROUP_SCALE);
                groupScales[g] = scaleError(w, from, width(from), low * channel)
                        < scaleError(w, from, width(from), high * channel) ? low : high;
            }
            double scale = groupScales[g] * (double) channel;
            for (int i = from; i < from + width(from); i++) {
                q[i] = kept[i] ? round(w[i] / scale, i) : 0;
                double error = (w[i] - q[i] * scale) / u[i * cols + i];
                for (int j = i + 1; j < cols; j++) {
                    w[j] -= error * u[i * cols + j];
                }
            }
        }
    }

    private void refine(int sweeps) {
        double[] r = residual();
        for (int sweep = 0; sweep < sweeps; sweep++) {
            boolean changed = false;
            for (int from = 0, g = 0; from < cols; from += groupSize, g++) {
                for (int i = from; i < from + width(from); i++) {
                    changed |= kept[i] && reround(r, i, g);
                }
                changed |= grouped && rescale(r, from, g);
            }
            if (allowed == null) {
                for (int b = 0; b < cols; b += StripRows.BLOCK) {
                    changed |= swap(r, b);
                }
            }
            rescaleRow();
            r = residual();
            if (!changed) {
                break;
            }
        }
    }

    /** {@code H (target - row)}. */
    private double[] residual() {
        double[] error = new double[cols];
        for (int i = 0; i < cols; i++) {
            error[i] = target[i] - q[i] * scale(i);
        }
        return times(error);
    }

    private double[] times(double[] v) {
        double[] out = new double[cols];
        for (int i = 0; i < cols; i++) {
            out[i] = Cholesky.dot(curvature.h(), i * cols, v, 0, cols);
        }
        return out;
    }

    private double scale(int column) {
        return groupScales[column / groupSize] * (double) channel;
    }

    private boolean reround(double[] r, int i, int g) {
        double scale = groupScales[g] * (double) channel;
        double[] h = curvature.h();
        int better = round(q[i] + r[i] / (h[i * cols + i] * scale), i);
        if (better == q[i]) {
            return false;
        }
        move(r, i, (better - q[i]) * scale);
        q[i] = better;
        return true;
    }

    /** Adds to one weight of the row. */
    private void move(double[] r, int i, double by) {
        double[] h = curvature.h();
        for (int j = 0; j < cols; j++) {
            r[j] -= h[i * cols + j] * by;
        }
    }

    private boolean rescale(double[] r, int from, int g) {
        double[] h = curvature.h();
        double slope = 0;
        double bend = 0;
        for (int i = from; i < from + width(from); i++) {
            if (q[i] != 0) {
                slope += q[i] * r[i];
                for (int j = from; j < from + width(from); j++) {
                    bend += q[i] * h[i * cols + j] * q[j];
                }
            }
        }
        if (bend <= 0) {
            return false;
        }
        double ideal = groupScales[g] + slope / bend / channel;
        int better = Math.clamp(Math.round(ideal), 1, Quantiser.MAX_GROUP_SCALE);
        double by = (better - groupScales[g]) * (double) channel;
        if (better == groupScales[g] || by * by * bend - 2 * by * slope >= 0) {
            return false;
        }
        groupScales[g] = better;
        for (int i = from; i < from + width(from); i++) {
            if (q[i] != 0) {
                move(r, i, by * q[i]);
            }
        }
        return true;
    }

    private void rescaleRow() {
        double[] unit = new double[cols];
        for (int i = 0; i < cols; i++) {
            unit[i] = q[i] * (double) groupScales[i / groupSize];
        }
        double[] image = times(unit);
        double slope = Cholesky.dot(image, 0, target, 0, cols);
        double bend = Cholesky.dot(image, 0, unit, 0, cols);
        if (bend > 0 && slope > 0) {
            channel = (float) (slope / bend);
        }
    }

    /** Gives up the position of a block for another one, if that lowers the error. */
    private boolean swap(double[] r, int block) {
        int to = Math.min(block + StripRows.BLOCK, cols);
        double[] h = curvature.h();
        double least = -1e-9 * Math.abs(h[0]) * channel * channel;
        int out = -1;
        int in = -1;
        int value = 0;
        for (int i = block; i < to; i++) {
            if (!kept[i]) {
                continue;
            }
            double away = -q[i] * scale(i);
            double loss = away * away * h[i * cols + i] - 2 * away * r[i];
            for (int j = block; j < to; j++) {
                if (kept[j] || fours && i / 4 != j / 4) {
                    continue;
                }
                double rest = r[j] - h[i * cols + j] * away;
                double scale = scale(j);
                int n = round(rest / (h[j * cols + j] * scale), j);
                double by = n * scale;
                double change = loss + by * by * h[j * cols + j] - 2 * by * rest;
                if (change < least) {
                    least = change;
                    out = i;
                    in = j;
                    value = n;
                }
            }
        }
        if (out < 0) {
            return false;
        }
        move(r, out, -q[out] * scale(out));
        move(r, in, value * scale(in));
        q[out] = 0;
        q[in] = value;
        kept[out] = false;
        kept[in] = true;
        return true;
    }
}
