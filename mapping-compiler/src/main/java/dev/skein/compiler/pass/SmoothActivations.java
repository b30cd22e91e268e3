package dev.skein.compiler.pass;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Observer;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves magnitude from activations, which are quantised with one scale a token, into weights
 * (SmoothQuant, Xiao et al. 2023, equation 4): where a norm feeds linear layers, channel j of the
 * norm is divided by {@code s_j = max|X_j|^alpha / max|W_j|^(1 - alpha)} and column j of the
 * linear layers multiplied by it, which changes nothing but roundings. {@code max|X_j|} is
 * measured on the calibration tokens. The new weights are called as the old ones with {@value
 * #SUFFIX} behind.
 *
 * @param alpha how much of the difficulty moves: 0 none of the activations', 1 all
 */
public record SmoothActivations(double alpha) implements Pass {
    /** What the names of smoothed weights end in. */
    public static final String SUFFIX = "~smooth";
    /** Factors are kept within this of 1, so that no weight over- or underflows. */
    private static final double MAX_FACTOR = 1e4;
    private static final float SMALLEST = 1e-12f;

    public SmoothActivations {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("smoothing alpha is " + alpha
                    + ", allowed are 0 to 1");
        }
    }

    @Override
    public String name() {
        return "smooth-activations";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        if (graph.stage() != Stage.TENSOR) {
            throw new IllegalArgumentException(name() + ": the graph is at stage " + graph.stage()
                    + ", allowed is tensor");
        }
        Weights weights = context.weights().orElseThrow(() -> new IllegalArgumentException(
                name() + ": found a model without weights, smoothing needs them"));
        Map<Value, List<Node>> users = graph.users();
        List<Node> norms = graph.nodes().stream().filter(n -> smoothable(n, users)).toList();
        Map<Value, float[]> maxima = measure(graph, weights, norms, context.calibration());
        Map<String, ScaledWeights.Scaled> scaled = new HashMap<>();
        Map<Value, Op> changed = new HashMap<>();
        for (Node node : norms) {
            List<Node> linears = users.get(node.value());
            float[] factors = factors(maxima.get(node.value()), linears, weights);
            smooth(node, linears, factors, scaled, changed);
        }
        context.extendWeights(new ScaledWeights(weights, scaled));
        return graph.mapOps(Stage.TENSOR, n -> changed.getOrDefault(n.value(), n.op()));
    }

    /** A norm of whole rows that only linear layers read. */
    private static boolean smoothable(Node node, Map<Value, List<Node>> users) {
        return node.op() instanceof Op.Norm norm && norm.groups() == 1
                && users.get(node.value()).stream().allMatch(u -> u.op() instanceof Op.Linear);
    }

    /** Largest magnitude of each channel of each norm: {@code [width]}. */
    private Map<Value, float[]> measure(Graph graph, Weights weights, List<Node> norms,
            List<int[]> calibration) {
        if (calibration.isEmpty()) {
            throw new IllegalArgumentException(name() + ": found no calibration tokens; give a"
                    + " calibration text");
        }
        Map<Value, float[]> maxima = new HashMap<>();
        for (Node node : norms) {
            maxima.put(node.value(), new float[((Op.Norm) node.op()).weight().cols()]);
        }
        Interpreter interpreter = new Interpreter(graph, weights);
        interpreter.observe(maximaInto(maxima));
        for (int[] tokens : calibration) {
            interpreter.reset();
            interpreter.stepAll(Arrays.copyOf(tokens, Math.min(tokens.length,
                    graph.contextLimit())));
        }
        return maxima;
    }

    private static Observer maximaInto(Map<Value, float[]> maxima) {
        return (value, _, data) -> {
            float[] max = maxima.get(value);
            if (max != null) {
                for (int i = 0; i < data.length; i++) {
                    int channel = i % max.length;
                    max[channel] = Math.max(max[channel], Math.abs(data[i]));
                }
            }
        };
    }

    /** The s_j of a norm, over all linear layers that read it. */
    private float[] factors(float[] activations, List<Node> linears, Weights weights) {
        float[] columns = new float[activations.length];
        for (Node node : linears) {
            float[] w = weights.get(((Op.Linear) node.op()).weight().name());
            for (int i = 0; i < w.length; i++) {
                int column = i % columns.length;
                columns[column] = Math.max(columns[column], Math.abs(w[i]));
            }
        }
        float[] factors = new float[columns.length];
        for (int j = 0; j < factors.length; j++) {
            boolean silent = activations[j] < SMALLEST || columns[j] < SMALLEST;
            double s = Math.pow(activations[j], alpha) / Math.pow(columns[j], 1 - alpha);
            factors[j] = silent ? 1 : (float) Math.clamp(s, 1 / MAX_FACTOR, MAX_FACTOR);
        }
        return factors;
    }

    private static void smooth(Node node, List<Node> linears, float[] factors,
            Map<String, ScaledWeights.Scaled> scaled, Map<Value, Op> changed) {
        float[] inverse = new float[factors.length];
        for (int j = 0; j < factors.length; j++) {
            inverse[j] = 1 / factors[j];
        }
        Op.Norm norm = (Op.Norm) node.op();
        Optional<WeightRef> bias = norm.bias().map(b -> add(b, inverse, scaled));
        changed.put(node.value(), new Op.Norm(norm.x(), norm.kind(),
                add(norm.weight(), inverse, scaled), bias, norm.eps(), norm.groups()));
        for (Node user : linears) {
            Op.Linear linear = (Op.Linear) user.op();
            changed.put(user.value(), new Op.Linear(linear.x(),
                    add(linear.weight(), factors, scaled), linear.bias(), linear.format()));
        }
    }

    private static WeightRef add(WeightRef ref, float[] factors,
            Map<String, ScaledWeights.Scaled> scaled) {
        WeightRef renamed = new WeightRef(ref.name() + SUFFIX, ref.rows(), ref.cols());
        scaled.put(renamed.name(), new ScaledWeights.Scaled(ref, factors));
        return renamed;
    }
}
