package dev.skein.compiler.gpu;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.hls.isa.EwiseFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which matrix products of a graph share a launch, and which element-wise ops go into it. Nothing
 * is rounded differently for it: each operation of the contract stays an operation of its own. A
 * value that something else reads as well is computed as it stands.
 */
final class Fusion {
    private final List<Node> nodes;
    private final Map<Value, List<Node>> users;
    private final Map<Value, Integer> places = new HashMap<>();
    private final Map<Value, Product> starts = new HashMap<>();
    private final Set<Value> inside = new HashSet<>();
    private final Map<Value, Value> postponed = new HashMap<>();

    private Fusion(Graph graph) {
        nodes = graph.nodes();
        users = graph.users();
        for (int i = 0; i < nodes.size(); i++) {
            places.put(nodes.get(i).value(), i);
        }
    }

    static Fusion of(Graph graph) {
        var fusion = new Fusion(graph);
        fusion.nodes.forEach(fusion::gated);
        fusion.nodes.forEach(fusion::single);
        fusion.several();
        fusion.nodes.forEach(fusion::turned);
        return fusion;
    }

    /** The launch that takes the place of a node: of the first one in it. */
    Optional<Product> startingAt(Node node) {
        return Optional.ofNullable(starts.get(node.value()));
    }

    /** Whether an earlier launch computes a node too, or what comes of it. */
    boolean isInside(Node node) {
        return inside.contains(node.value());
    }

    /** What the launch that reads a value reads in its place, because it computes the value. */
    Optional<Value> readFor(Value value) {
        return Optional.ofNullable(postponed.get(value));
    }

    /**
     * What an attention quantises.
     *
     * @param q queries
     * @param k keys
     * @param rope how both are turned before, if they are
     */
    record Inputs(Value q, Value k, Optional<Op.Rope> rope) {}

    Inputs inputs(Op.Attention op) {
        if (!postponed.containsKey(op.q())) {
            return new Inputs(op.q(), op.k(), Optional.empty());
        }
        return new Inputs(postponed.get(op.q()), postponed.get(op.k()),
                Optional.of((Op.Rope) producer(op.q()).op()));
    }

    /** Queries and keys that are turned alike and that only an attention reads. */
    private void turned(Node node) {
        if (node.op() instanceof Op.Attention op && !op.q().equals(op.k())
                && producer(op.q()).op() instanceof Op.Rope q
                && producer(op.k()).op() instanceof Op.Rope k && !op.v().equals(op.q())
                && !op.v().equals(op.k()) && q.table().equals(k.table())
                && q.style() == k.style() && q.headDim() == k.headDim()
                && Stream.of(op.q(), op.k(), q.x(), k.x())
                        .allMatch(v -> onlyUser(v).isPresent())) {
            inside.addAll(List.of(op.q(), op.k()));
            postponed.put(op.q(), q.x());
            postponed.put(op.k(), k.x());
        }
    }

    private void start(Node at, Product product, List<Node> others) {
        starts.put(at.value(), product);
        others.forEach(n -> inside.add(n.value()));
    }

    private boolean isTaken(Node node) {
        return starts.containsKey(node.value()) || inside.contains(node.value());
    }

    /** The node that alone reads a value. */
    private Optional<Node> onlyUser(Value value) {
        List<Node> all = users.getOrDefault(value, List.of());
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private Node producer(Value value) {
        return nodes.get(places.get(value));
    }

    /** {@code fn(gate) * up}, from its last node. */
    private void gated(Node last) {
        if (!(last.op() instanceof Op.Binary op) || op.a().equals(op.b())) {
            return;
        }
        switch (op.fn()) {
            case SILU_MUL -> gated(last, EwiseFunction.SILU, List.of(), op.a(), op.b());
            case MUL -> {
                if (!gatedBy(last, op.a(), op.b())) {
                    gatedBy(last, op.b(), op.a());
                }
            }
            case COPY, ADD, RELU, SILU, GELU_TANH, GELU_ERF -> { }
        }
    }

    private boolean gatedBy(Node last, Value activated, Value up) {
        Node fn = producer(activated);
        return fn.op() instanceof Op.Unary unary && onlyUser(activated).isPresent()
                && gated(last, unary.fn(), List.of(fn), unary.x(), up);
    }

    private boolean gated(Node last, EwiseFunction fn, List<Node> between, Value gate, Value up) {
        if (producer(gate).op() instanceof Op.Linear g && producer(up).op() instanceof Op.Linear u
                && onlyUser(gate).isPresent() && onlyUser(up).isPresent() && alike(g, u)
                && g.weight().rows() == u.weight().rows() && !isTaken(producer(gate))
                && !isTaken(producer(up))) {
            boolean gateFirst = places.get(gate) < places.get(up);
            var others = new ArrayList<>(between);
            others.add(producer(gateFirst ? up : gate));
            others.add(last);
            start(producer(gateFirst ? gate : up), new Product.Gated(g, u, fn, last.value()),
                    others);
            return true;
        }
        return false;
    }

    private static boolean alike(Op.Linear a, Op.Linear b) {
        return a.x().equals(b.x()) && a.format().equals(b.format());
    }

    /** A matrix with the element-wise ops that follow it, if any do. */
    private void single(Node node) {
        if (!(node.op() instanceof Op.Linear matrix) || isTaken(node)) {
            return;
        }
        Value result = node.value();
        var others = new ArrayList<Node>();
        Optional<EwiseFunction> fn = Optional.empty();
        Optional<Node> next = onlyUser(result);
        if (next.isPresent() && next.get().op() instanceof Op.Unary unary) {
            fn = Optional.of(unary.fn());
            others.add(next.get());
            result = next.get().value();
            next = onlyUser(result);
        }
        Optional<Product.Join> join = Optional.empty();
        if (next.isPresent() && next.get().op() instanceof Op.Binary op) {
            Value other = op.a().equals(result) ? op.b() : op.a();
            boolean known = places.get(other) < places.get(node.value());
            if (known && (op.fn() == EwiseFunction.ADD || op.fn() == EwiseFunction.MUL)) {
                join = Optional.of(new Product.Join(other, op.fn()));
            } else if (known && op.a().equals(result) && fn.isEmpty()) {
                fn = Optional.of(EwiseFunction.SILU);
                join = Optional.of(new Product.Join(other, EwiseFunction.MUL));
            }
            if (join.isPresent()) {
                others.add(next.get());
                result = next.get().value();
            }
        }
        start(node, new Product.Single(matrix, result, fn, join), others);
    }

    /** Joins neighbours that read the same and that nothing follows. */
    private void several() {
        List<Node> run = new ArrayList<>();
        for (Node node : nodes) {
            if (!(starts.get(node.value()) instanceof Product.Single own)
                    || !own.result().equals(node.value())) {
                continue;
            }
            boolean joins = !run.isEmpty() && run.size() < Product.Several.MOST
                    && alike((Op.Linear) run.getLast().op(), own.matrix());
            if (!joins) {
                join(run);
                run.clear();
            }
            run.add(node);
        }
        join(run);
    }

    private void join(List<Node> run) {
        if (run.size() > 1) {
            List<Node> others = run.subList(1, run.size());
            others.forEach(n -> starts.remove(n.value()));
            start(run.getFirst(), new Product.Several(
                    run.stream().map(n -> (Op.Linear) n.op()).toList(),
                    run.stream().map(Node::value).toList()), others);
        }
    }
}
