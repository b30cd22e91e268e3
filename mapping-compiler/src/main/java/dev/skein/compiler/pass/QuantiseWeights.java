package dev.skein.compiler.pass;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import java.util.Optional;

/**
 * Gives every linear layer its weight format: {@code TENSOR} to {@code QUANTISED}. The head is
 * the linear layer that the output reads. Values of weights are rounded where they are used, by
 * {@code Quantiser}; tables and norms stay binary32.
 */
public record QuantiseWeights(QuantScheme scheme) implements Pass {

    @Override
    public String name() {
        return "quantise-weights";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        if (graph.stage() != Stage.TENSOR) {
            throw new IllegalArgumentException("quantise-weights: the graph is at stage "
                    + graph.stage() + ", allowed is tensor");
        }
        Value head = graph.nodes().getLast().op().inputs().getFirst();
        return graph.mapOps(Stage.QUANTISED, node -> quantise(node, node.value().equals(head)));
    }

    private Op quantise(Node node, boolean head) {
        WeightFormat format = head ? scheme.head() : scheme.body();
        return node.op() instanceof Op.Linear linear
                ? new Op.Linear(linear.x(), linear.weight(), linear.bias(), Optional.of(format))
                : node.op();
    }
}
