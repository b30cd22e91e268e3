package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution;
import dev.skein.compiler.ir.Distribution.Split;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * QUANTISED to PLACED: splits the output channels of every linear layer over the cores, in
 * proportion to their memory bandwidth, by whole key/value heads where they feed attention and in
 * blocks of 16 elsewhere, and gathers a split value where an op needs all of it. The residual
 * stream is split too: a core adds what it has computed, and every core normalises all of it, so
 * that no rounding depends on the number of cores.
 *
 * <p>Keys and values are computed before queries: they are in the cache by the time that the
 * queries are done, and the loads of the cache need not wait for them.
 */
public final class Placement implements Pass {
    /** Output channels are split in blocks of this, the block of N:M weight sparsity. */
    private static final int COLUMN_BLOCK = 16;

    private final FpgaTarget target;

    /** For the cores of this board. */
    public Placement(FpgaTarget target) {
        this.target = target;
    }

    @Override
    public String name() {
        return "place";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        var placed = new Placed(graph, headSplits(graph));
        graph.nodes().forEach(placed::add);
        return graph.with(Stage.PLACED, new Order(placed.nodes).nodes());
    }

    /** What attention reads in the order k, v, q; everything else stays where it is. */
    private static final class Order {
        private final Map<Value, Node> producers = new LinkedHashMap<>();
        private final Map<Value, Node> ordered = new LinkedHashMap<>();

        Order(List<Node> nodes) {
            nodes.forEach(node -> producers.put(node.value(), node));
            for (Node node : nodes) {
                if (node.op() instanceof Op.Attention a) {
                    visit(a.k());
                    visit(a.v());
                }
            }
            nodes.forEach(node -> visit(node.value()));
        }

        private void visit(Value value) {
            if (!ordered.containsKey(value)) {
                Node node = producers.get(value);
                node.op().inputs().forEach(this::visit);
                ordered.put(value, node);
            }
        }

        List<Node> nodes() {
            return List.copyOf(ordered.values());
        }
    }

    /** The splits that attention demands, carried up to the linear layers that feed it. */
    private Map<Value, Split> headSplits(Graph graph) {
        var demands = new HashMap<Value, Split>();
        for (Node node : graph.nodes().reversed()) {
            switch (node.op()) {
                case Op.Attention a -> {
                    int share = a.heads() / a.kvHeads();
                    Split kv = new Split(target.split(a.kvHeads() * a.headDim(), a.headDim()));
                    Split q = new Split(target.split(a.heads() * a.headDim(),
                            a.headDim() * share));
                    demands.put(a.q(), q);
                    demands.put(a.k(), kv);
                    demands.put(a.v(), kv);
                }
                case Op.Rope _, Op.Unary _, Op.Binary _, Op.Norm _ -> pass(node, demands);
                case Op _ -> { }
            }
        }
        return demands;
    }

    private static void pass(Node node, Map<Value, Split> demands) {
        Split demand = demands.get(node.value());
        if (demand != null) {
            node.op().inputs().forEach(input -> demands.put(input, demand));
        }
    }

    /** The graph being built: nodes so far, and which value stands for a gathered one. */
    private final class Placed {
        private final Graph source;
        private final Map<Value, Split> demands;
        private final List<Node> nodes = new ArrayList<>();
        private final Map<Value, Distribution> where = new HashMap<>();
        private final Map<Value, Value> gathered = new HashMap<>();

        Placed(Graph source, Map<Value, Split> demands) {
            this.source = source;
            this.demands = demands;
        }

        void add(Node node) {
            switch (node.op()) {
                case Op.Linear linear -> put(replicateInputs(node), demands.getOrDefault(
                        node.value(),
                        new Split(target.split(linear.weight().rows(), COLUMN_BLOCK))));
                case Op.Attention a -> put(node, where.get(a.q()));
                case Op.Rope _, Op.Unary _, Op.Binary _, Op.LastToken _, Op.Output _ ->
                        addLocal(node);
                // One part on one core: the norm of each head, or of a value no other core shares.
                case Op.Norm norm when inUnits(node, norm.weight().cols()) -> addLocal(node);
                case Op.Norm _, Op.Embed _, Op.PositionEmbed _, Op.Gather _ ->
                        put(replicateInputs(node), Distribution.REPLICATED);
            }
        }

        private boolean inUnits(Node node, int columns) {
            return where.get(node.op().inputs().getFirst()) instanceof Split s
                    && s.inUnitsOf(columns);
        }

        /**
         * Column by column: stays split if all inputs that are not replicated are split alike, so
         * that a core adds to the residual stream only what it has computed itself.
         */
        private void addLocal(Node node) {
            List<Distribution> inputs = node.op().inputs().stream().map(where::get).distinct()
                    .toList();
            List<Distribution> splits = inputs.stream().filter(Split.class::isInstance).toList();
            boolean heads = !(node.op() instanceof Op.Rope r) || inUnits(node, r.headDim());
            if (splits.isEmpty() || splits.size() == 1 && heads) {
                put(node, splits.isEmpty() ? Distribution.REPLICATED : splits.getFirst());
            } else {
                put(replicateInputs(node), Distribution.REPLICATED);
            }
        }

        private Node replicateInputs(Node node) {
            return node.withOp(node.op().mapInputs(this::replicated));
        }

        private Value replicated(Value value) {
            if (!(where.get(value) instanceof Split)) {
                return value;
            }
            return gathered.computeIfAbsent(value, v -> {
                Node gather = Node.of(v.name() + ".all", new Op.Gather(v));
                put(gather, Distribution.REPLICATED);
                return gather.value();
            });
        }

        private void put(Node node, Distribution distribution) {
            if (node.op() instanceof Op.Attention && !(distribution instanceof Split)) {
                throw new FpgaException("graph " + source.name() + ": attention " + node.value()
                        + " reads heads that every core has; they must come from linear layers");
            }
            nodes.add(node.placed(distribution));
            where.put(node.value(), distribution);
        }
    }
}
