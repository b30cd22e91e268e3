package dev.skein.compiler.ir;

/** A lowering or improvement of a graph. One class in one file. */
public interface Pass {

    /** Name for {@code --stop-after}, dumps and timings: {@code quantise-weights}. */
    String name();

    /**
     * The changed graph. Has no effect but on the context; the runner verifies the result.
     *
     * @throws IllegalArgumentException with one line if the graph or the context lacks something
     */
    Graph run(Graph graph, PassContext context);
}
