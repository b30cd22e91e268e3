package dev.skein.compiler.pass;

import dev.skein.compiler.compress.Compressor;
import dev.skein.compiler.compress.Method;
import dev.skein.compiler.compress.Moments;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.SecondOrder;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.compress.Zeros;
import dev.skein.compiler.ir.CompressedWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Lockstep;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Decides the integers of all linear layers by a method; the graph stays as it is. Without
 * weights it does nothing, since sizes do not depend on the method.
 *
 * <p>Calibrated methods run the model as it was and the model as it becomes side by side on the
 * calibration texts, node by node: each layer is compressed for the int8 inputs that the layers
 * before it, already compressed, give it, and aims at the outputs of the model as it was. So a
 * layer also makes up for errors of those before it.
 */
public record CompressWeights(Method method) implements Pass {

    @Override
    public String name() {
        return "compress-weights";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        if (graph.stage() != Stage.QUANTISED) {
            throw new IllegalArgumentException(name() + ": the graph is at stage " + graph.stage()
                    + ", allowed is quantised");
        }
        context.weights().ifPresent(weights -> context.extendWeights(switch (method) {
            case RTN -> new Rounded(weights);
            case MAGNITUDE -> weights;
            case WANDA, GPTQ, SPARSEGPT -> calibrated(graph, weights, context);
        }));
        return graph;
    }

    private Weights calibrated(Graph graph, Weights weights, PassContext context) {
        List<int[]> texts = context.calibration().stream()
                .map(t -> Arrays.copyOf(t, Math.min(t.length, graph.contextLimit()))).toList();
        if (texts.isEmpty()) {
            throw new IllegalArgumentException(name() + ": found no calibration tokens, method "
                    + method + " needs some: give --calibrate");
        }
        Graph original = graph.mapOps(Stage.TENSOR, n -> n.op() instanceof Op.Linear l
                ? new Op.Linear(l.x(), l.weight(), l.bias(), Optional.empty()) : n.op());
        var out = new CompressedWeights(weights);
        var before = new Lockstep(original, weights, texts);
        var after = new Lockstep(graph, out, texts);
        Optional<Value> measured = Optional.empty();
        Moments moments = null;
        while (!after.done()) {
            if (after.node().op() instanceof Op.Linear linear) {
                if (!measured.equals(Optional.of(linear.x()))) {
                    moments = moments(before, after, linear.weight().cols());
                    measured = Optional.of(linear.x());
                }
                compress(linear, weights, moments, out, context);
            }
            before.advance();
            after.advance();
        }
        return out;
    }

    private static Moments moments(Lockstep before, Lockstep after, int width) {
        var moments = new Moments(width);
        float[][] x = after.input();
        float[][] y = before.input();
        for (int s = 0; s < x.length; s++) {
            int rows = x[s].length / width;
            moments.add(Interpreter.int8(x[s], rows), y[s], rows);
        }
        return moments;
    }

    private void compress(Op.Linear linear, Weights weights, Moments moments,
            CompressedWeights out, PassContext context) {
        WeightRef ref = linear.weight();
        float[] w = weights.get(ref.name());
        QuantisedMatrix matrix = SecondOrder.compress(method, w, ref.rows(), ref.cols(),
                linear.format().orElseThrow(), moments);
        out.put(ref, matrix);
        context.log(String.format("%s: %s %s, %.4f of the weights moved%s", ref.name(), method,
                matrix.format(), matrix.errorAgainst(w).relative(),
                Zeros.twoOfFour(w, ref.cols()) ? ", its 2:4 zeros kept"
                        : Zeros.pruned(w) ? ", its zeros kept" : ""));
    }

    /** Weights rounded to nearest. */
    private record Rounded(Weights base) implements Weights {
        @Override
        public float[] get(String canonicalName) {
            return base.get(canonicalName);
        }

        @Override
        public void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
            base.readRows(ref, firstRow, rows, dst);
        }

        @Override
        public QuantisedMatrix quantised(WeightRef ref, WeightFormat format, int firstRow,
                int rows) {
            float[] values = new float[Math.multiplyExact(rows, ref.cols())];
            readRows(ref, firstRow, rows, values);
            return Compressor.round(values, rows, ref.cols(), format);
        }
    }
}
