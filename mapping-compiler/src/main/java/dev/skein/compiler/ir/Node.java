package dev.skein.compiler.ir;

import java.util.Objects;
import java.util.Optional;

/**
 * An op in a graph.
 *
 * @param value what it produces; the op's name
 * @param op what it computes
 * @param distribution where the value lies; present from {@link Stage#PLACED} on
 */
public record Node(Value value, Op op, Optional<Distribution> distribution) {
    public Node {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(op, "op");
        Objects.requireNonNull(distribution, "distribution");
    }

    /** A node that is not placed. */
    public static Node of(String name, Op op) {
        return new Node(new Value(name), op, Optional.empty());
    }

    /** The same with another op. */
    public Node withOp(Op other) {
        return new Node(value, other, distribution);
    }

    /** The same, placed. */
    public Node placed(Distribution where) {
        return new Node(value, op, Optional.of(where));
    }
}
