package dev.skein.compiler.ir;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A model as a list of ops, each after those whose values it reads. Immutable. Not necessarily
 * consistent: {@link Verifier} decides.
 *
 * @param name of the model, for messages
 * @param stage what is legal in it
 * @param nodes the ops in order
 */
public record Graph(String name, Stage stage, List<Node> nodes) {
    public Graph {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(stage, "stage");
        nodes = List.copyOf(nodes);
    }

    /** The same name with another stage and other nodes. */
    public Graph with(Stage otherStage, List<Node> otherNodes) {
        return new Graph(name, otherStage, otherNodes);
    }

    /** The same with every op replaced by {@code change}; values keep their names. */
    public Graph mapOps(Stage otherStage, Function<Node, Op> change) {
        return with(otherStage,
                nodes.stream().map(node -> node.withOp(change.apply(node))).toList());
    }

    /**
     * The node that produces a value.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Node node(Value value) {
        return nodes.stream().filter(n -> n.value().equals(value)).findFirst().orElseThrow(
                () -> new IllegalArgumentException("graph " + name + " has no value " + value));
    }

    /** The ops that read each value, in order; a value that none reads is absent. */
    public Map<Value, List<Node>> users() {
        Map<Value, List<Node>> users = new HashMap<>();
        for (Node node : nodes) {
            for (Value input : Set.copyOf(node.op().inputs())) {
                users.merge(input, List.of(node), Graph::concat);
            }
        }
        return users;
    }

    /** Of each node, which nodes by index compute what it reads. */
    int[][] inputSlots() {
        int[][] inputs = new int[nodes.size()][];
        Map<Value, Integer> slots = new HashMap<>();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = nodes.get(i).op().inputs().stream().mapToInt(slots::get).toArray();
            slots.put(nodes.get(i).value(), i);
        }
        return inputs;
    }

    /** The last node by index that reads each, 0 if none does. */
    static int[] lastUses(int[][] inputSlots) {
        int[] lastUses = new int[inputSlots.length];
        for (int i = 0; i < lastUses.length; i++) {
            for (int input : inputSlots[i]) {
                lastUses[input] = i;
            }
        }
        return lastUses;
    }

    /** Most tokens a sequence may have: the shortest of the position tables. */
    public int contextLimit() {
        int limit = Integer.MAX_VALUE;
        for (Node node : nodes) {
            if (node.op() instanceof Op.Rope rope) {
                limit = Math.min(limit, rope.table().rows());
            } else if (node.op() instanceof Op.PositionEmbed embed) {
                limit = Math.min(limit, embed.table().rows());
            }
        }
        return limit;
    }

    private static List<Node> concat(List<Node> a, List<Node> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }
}
