package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What follows a linear layer column by column, and so goes on while its later tiles are still
 * computed: element-wise ops on its columns, then the exchange of the result between the cores.
 *
 * @param steps element-wise nodes, in order; may be none
 * @param gather the node that gathers the last result, if one follows and exchanges columns
 */
record Chain(List<Node> steps, Optional<Node> gather) {
    static final Chain NONE = new Chain(List.of(), Optional.empty());

    /** Copies the list. */
    Chain {
        steps = List.copyOf(steps);
    }

    /** All nodes of the chain. */
    List<Node> nodes() {
        var out = new ArrayList<>(steps);
        gather.ifPresent(out::add);
        return out;
    }

    /**
     * The chains of a graph, by the value of the linear layer.
     *
     * @param gathers whether columns are exchanged as they come; if not, rows are exchanged later
     */
    static Map<Value, Chain> of(Graph graph, boolean gathers) {
        var out = new LinkedHashMap<Value, Chain>();
        List<Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).op() instanceof Op.Linear) {
                Chain chain = from(nodes, i, gathers);
                if (!chain.nodes().isEmpty()) {
                    out.put(nodes.get(i).value(), chain);
                }
            }
        }
        return out;
    }

    private static Chain from(List<Node> nodes, int linear, boolean gathers) {
        var steps = new ArrayList<Node>();
        Node last = nodes.get(linear);
        Distribution where = last.distribution().orElseThrow();
        int next = linear + 1;
        while (elementwise(nodes.get(next).op()) && follows(nodes.get(next), last)
                && nodes.get(next).distribution().orElseThrow().equals(where)) {
            last = nodes.get(next++);
            steps.add(last);
        }
        boolean gathered = gathers && nodes.get(next).op() instanceof Op.Gather
                && follows(nodes.get(next), last);
        return new Chain(steps, gathered ? Optional.of(nodes.get(next)) : Optional.empty());
    }

    private static boolean elementwise(Op op) {
        return op instanceof Op.Unary || op instanceof Op.Binary;
    }

    private static boolean follows(Node node, Node last) {
        return node.op().inputs().contains(last.value());
    }
}
