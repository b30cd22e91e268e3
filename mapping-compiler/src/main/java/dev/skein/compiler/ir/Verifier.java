package dev.skein.compiler.ir;

import dev.skein.compiler.ir.Op.Attention;
import dev.skein.compiler.ir.Op.Linear;
import dev.skein.compiler.ir.Op.Output;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rules of a graph. Runs after every pass and on every parsed graph.
 *
 * <ul>
 * <li>names are unique, and a value is defined before it is used;
 * <li>every op obeys its typing rule;
 * <li>every op is legal in the stage; linear layers have a weight format from {@code QUANTISED}
 *     on and not before; values have a distribution from {@code PLACED} on and not before, by the
 *     rules of {@link DistributionRules};
 * <li>there is one output, it is the last op, and every other value is used;
 * <li>attention layers are unique;
 * <li>a weight has the same shape wherever it is named.
 * </ul>
 */
public final class Verifier {
    private final Graph graph;
    private final Map<Value, ValueType> types = new LinkedHashMap<>();
    private final Map<Value, Node> defined = new HashMap<>();
    private final Map<String, WeightRef> weights = new HashMap<>();
    private final Set<Integer> layers = new HashSet<>();
    private final Set<Value> used = new HashSet<>();

    private Verifier(Graph graph) {
        this.graph = graph;
    }

    /**
     * Checks a graph.
     *
     * @return the type of every value, in order
     * @throws GraphException with one line if a rule is broken
     */
    public static Map<Value, ValueType> verify(Graph graph) {
        Verifier verifier = new Verifier(graph);
        for (Node node : graph.nodes()) {
            try {
                verifier.check(node);
            } catch (IllegalArgumentException e) {
                throw new GraphException("graph " + graph.name() + ": " + node.value() + " ("
                        + node.op().mnemonic() + "): " + e.getMessage(), e);
            }
        }
        verifier.checkWhole();
        return Collections.unmodifiableMap(verifier.types);
    }

    private void check(Node node) {
        Op op = node.op();
        Require.that(!defined.containsKey(node.value()), "this value is defined twice");
        List<ValueType> inputs = new ArrayList<>();
        for (Value input : op.inputs()) {
            ValueType type = types.get(input);
            Require.that(type != null, "reads " + input + ", which is not defined before it");
            inputs.add(type);
            used.add(input);
        }
        types.put(node.value(), op.type(inputs));
        defined.put(node.value(), node);
        checkStage(node);
        checkWeights(op);
        if (op instanceof Attention attention) {
            Require.that(layers.add(attention.layer()), "layer " + attention.layer()
                    + " has an attention already");
        }
    }

    private void checkStage(Node node) {
        Stage stage = graph.stage();
        Op op = node.op();
        Require.that(stage.atLeast(op.since()), "this op is legal from stage " + op.since()
                + " on, but the graph is at stage " + stage);
        if (op instanceof Linear linear) {
            Require.that(linear.format().isPresent() == stage.atLeast(Stage.QUANTISED),
                    linear.format().isPresent()
                            ? "has a weight format at stage " + stage
                                    + ", legal from stage quantised on"
                            : "has no weight format at stage " + stage);
        }
        boolean placed = node.distribution().isPresent();
        Require.that(placed == stage.atLeast(Stage.PLACED), placed
                ? "has a distribution at stage " + stage + ", legal from stage placed on"
                : "has no distribution at stage " + stage);
        if (placed) {
            List<Distribution> inputs = op.inputs().stream()
                    .map(v -> defined.get(v).distribution().orElseThrow()).toList();
            DistributionRules.check(op, types.get(node.value()),
                    node.distribution().orElseThrow(), inputs);
        }
    }

    private void checkWeights(Op op) {
        for (WeightRef ref : op.weights()) {
            WeightRef known = weights.putIfAbsent(ref.name(), ref);
            Require.that(known == null || known.equals(ref), "weight " + ref + " is "
                    + known + " elsewhere");
        }
    }

    private void checkWhole() {
        long outputs = graph.nodes().stream().filter(n -> n.op() instanceof Output).count();
        if (outputs != 1) {
            throw new GraphException("graph " + graph.name() + ": found " + outputs
                    + " outputs, but a graph has one");
        }
        Node last = graph.nodes().getLast();
        if (!(last.op() instanceof Output)) {
            throw new GraphException("graph " + graph.name() + ": " + last.value() + " ("
                    + last.op().mnemonic() + "): comes after the output");
        }
        for (Node node : graph.nodes()) {
            if (node != last && !used.contains(node.value())) {
                throw new GraphException("graph " + graph.name() + ": " + node.value() + " ("
                        + node.op().mnemonic() + "): no op uses this value");
            }
        }
    }
}
