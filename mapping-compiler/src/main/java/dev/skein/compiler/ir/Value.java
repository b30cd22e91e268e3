package dev.skein.compiler.ir;

/**
 * The result of an op, known by its name: unique in a graph, stable across passes, and the key of
 * golden activations ({@code layer.0.attn}).
 */
public record Value(String name) {
    public Value {
        Names.check("value", name);
    }

    /** As in the text form. */
    @Override
    public String toString() {
        return "%" + name;
    }
}
