package dev.skein.runtime;

import dev.skein.compiler.compress.QuantError;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.compress.Zeros;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.List;

/** What quantisation does to each tensor of a model. */
public final class QuantReport {
    private static final int PIECE = 1 << 22;

    /**
     * A tensor.
     *
     * @param format of its weights
     * @param error of the quantised against the original weights
     * @param zeros share of the original weights that are exactly 0
     * @param twoOfFour whether they are those of a 2:4 checkpoint
     */
    public record Row(WeightRef weight, String format, QuantError error, double zeros,
            boolean twoOfFour) {}

    private QuantReport() {
    }

    /** The linear layers of a quantised graph, in order. */
    public static List<Row> of(Graph quantised, Weights weights) {
        var rows = new ArrayList<Row>();
        for (Node node : quantised.nodes()) {
            if (node.op() instanceof Op.Linear linear) {
                rows.add(row(linear, weights));
            }
        }
        return rows;
    }

    /** In pieces of whole strips: they do not depend on each other. */
    private static Row row(Op.Linear linear, Weights weights) {
        WeightRef ref = linear.weight();
        WeightFormat format = linear.format().orElseThrow();
        int step = Math.max(1, PIECE / ref.cols() / StripRows.ROWS) * StripRows.ROWS;
        QuantError sum = QuantError.NONE;
        long zeros = 0;
        boolean twoOfFour = true;
        for (int row = 0; row < ref.rows(); row += step) {
            int rows = Math.min(step, ref.rows() - row);
            float[] values = new float[rows * ref.cols()];
            weights.readRows(ref, row, rows, values);
            sum = sum.merge(weights.quantised(ref, format, row, rows).errorAgainst(values));
            zeros += Zeros.count(values);
            twoOfFour &= Zeros.twoOfFour(values, ref.cols());
        }
        return new Row(ref, format.toString(), sum, (double) zeros / ref.elements(), twoOfFour);
    }
}
