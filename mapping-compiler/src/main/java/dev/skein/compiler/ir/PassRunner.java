package dev.skein.compiler.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Runs a pipeline: verifies the graph before the first and after each pass, times each, dumps and
 * stops on request.
 *
 * @param passes in order; names are unique
 * @param dump receives the input and the result of every pass, before it is verified
 * @param stopAfter name of the last pass to run
 */
public record PassRunner(List<Pass> passes, Dump dump, Optional<String> stopAfter) {

    /** Takes the graphs of {@code --dump-ir}. */
    @FunctionalInterface
    public interface Dump {
        /** Drops them. */
        Dump NONE = (name, text) -> { };

        /**
         * A graph to write.
         *
         * @param name file name: {@code 00-input.skein}, then {@code 01-} and the pass's name
         * @param text the text form
         */
        void graph(String name, String text);
    }

    /**
     * A pass that has run.
     *
     * @param nanos wall time, ns
     */
    public record Timing(String pass, long nanos) {}

    /**
     * A finished run.
     *
     * @param timings of the passes that ran, in order
     */
    public record Result(Graph graph, List<Timing> timings) {
        public Result {
            timings = List.copyOf(timings);
        }
    }

    /** @throws IllegalArgumentException if a name occurs twice, or none is that to stop after */
    public PassRunner {
        passes = List.copyOf(passes);
        List<String> names = passes.stream().map(Pass::name).toList();
        Require.equal("number of distinct pass names", names.stream().distinct().count(),
                "the number of passes", names.size());
        stopAfter.ifPresent(stop -> Require.that(names.contains(stop), "no pass is called \""
                + stop + "\": allowed are " + String.join(", ", names)));
    }

    /** A runner of all the passes that dumps nothing. */
    public PassRunner(List<Pass> passes) {
        this(passes, Dump.NONE, Optional.empty());
    }

    /**
     * Runs the pipeline.
     *
     * @throws GraphException naming the pass after which the graph breaks a rule
     */
    public Result run(Graph input, PassContext context) {
        dump(0, "input", input);
        Verifier.verify(input);
        Graph graph = input;
        List<Timing> timings = new ArrayList<>();
        for (Pass pass : passes) {
            long start = System.nanoTime();
            graph = pass.run(graph, context);
            timings.add(new Timing(pass.name(), System.nanoTime() - start));
            dump(timings.size(), pass.name(), graph);
            verifyAfter(pass, graph);
            if (stopAfter.isPresent() && stopAfter.get().equals(pass.name())) {
                break;
            }
        }
        return new Result(graph, timings);
    }

    /**
     * The first pass after which a graph no longer has a property, for instance to compute the
     * same as before; empty if all do. The input is taken to have it.
     */
    public Optional<Pass> bisect(Graph input, PassContext context, Predicate<Graph> holds) {
        Graph graph = input;
        for (Pass pass : passes) {
            graph = pass.run(graph, context);
            verifyAfter(pass, graph);
            if (!holds.test(graph)) {
                return Optional.of(pass);
            }
        }
        return Optional.empty();
    }

    private static void verifyAfter(Pass pass, Graph graph) {
        try {
            Verifier.verify(graph);
        } catch (GraphException e) {
            throw new GraphException("after pass " + pass.name() + ": " + e.getMessage(), e);
        }
    }

    private void dump(int number, String name, Graph graph) {
        if (dump != Dump.NONE) {
            dump.graph(String.format("%02d-%s.skein", number, name), GraphText.print(graph));
        }
    }
}
