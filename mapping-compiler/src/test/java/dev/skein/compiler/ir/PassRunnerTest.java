package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.hls.isa.EwiseFunction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class PassRunnerTest {
    private static final Graph INPUT = GraphText.parse("test", """
            graph "g" stage tensor {
              %x = embed table=embed[10, 8]
              %a = unary x=%x fn=relu
              %l = last_token x=%a
              %logits = output x=%l
            }
            """);

    private record Named(String name, UnaryOperator<Graph> change) implements Pass {
        @Override
        public Graph run(Graph graph, PassContext context) {
            context.log("ran " + name);
            return change.apply(graph);
        }
    }

    private static final Pass KEEP = new Named("keep", g -> g);
    private static final Pass SILU = new Named("silu", g -> g.mapOps(g.stage(),
            n -> n.op() instanceof Op.Unary u ? new Op.Unary(u.x(), EwiseFunction.SILU)
                    : n.op()));
    private static final Pass CUT = new Named("cut", g -> g.with(g.stage(),
            g.nodes().subList(0, 2)));

    private static boolean hasRelu(Graph graph) {
        return graph.nodes().stream().anyMatch(
                n -> n.op() instanceof Op.Unary u && u.fn() == EwiseFunction.RELU);
    }

    @Test
    void passesRunInOrderAreTimedAndDumped() {
        Map<String, String> dumped = new LinkedHashMap<>();
        var result = new PassRunner(List.of(KEEP, SILU), dumped::put, Optional.empty())
                .run(INPUT, PassContext.shapesOnly());
        assertEquals(false, hasRelu(result.graph()));
        assertEquals(List.of("keep", "silu"),
                result.timings().stream().map(PassRunner.Timing::pass).toList());
        assertTrue(result.timings().stream().allMatch(t -> t.nanos() >= 0));
        assertEquals(List.of("00-input.skein", "01-keep.skein", "02-silu.skein"),
                List.copyOf(dumped.keySet()));
        assertEquals(result.graph(), GraphText.parse("dump", dumped.get("02-silu.skein")));
    }

    @Test
    void stopsAfterTheNamedPass() {
        var runner = new PassRunner(List.of(KEEP, SILU), PassRunner.Dump.NONE,
                Optional.of("keep"));
        assertEquals(INPUT, runner.run(INPUT, PassContext.shapesOnly()).graph());
        assertEquals("no pass is called \"kep\": allowed are keep, silu", assertThrows(
                IllegalArgumentException.class, () -> new PassRunner(List.of(KEEP, SILU),
                        PassRunner.Dump.NONE, Optional.of("kep"))).getMessage());
    }

    @Test
    void namesAPassThatBreaksTheGraphAndStillDumpsIt() {
        Map<String, String> dumped = new LinkedHashMap<>();
        PassRunner runner = new PassRunner(List.of(KEEP, CUT), dumped::put, Optional.empty());
        GraphException e = assertThrows(GraphException.class,
                () -> runner.run(INPUT, PassContext.shapesOnly()));
        assertEquals("after pass cut: graph g: found 0 outputs, but a graph has one",
                e.getMessage());
        assertEquals(3, dumped.size());
    }

    @Test
    void passNamesAreUnique() {
        assertThrows(IllegalArgumentException.class, () -> new PassRunner(List.of(KEEP, KEEP)));
    }

    @Test
    void bisectFindsTheFirstPassThatChangesTheMeaning() {
        PassRunner runner = new PassRunner(List.of(KEEP, SILU,
                new Named("after", UnaryOperator.identity())));
        assertEquals(Optional.of(SILU), runner.bisect(INPUT, PassContext.shapesOnly(),
                PassRunnerTest::hasRelu));
        assertEquals(Optional.empty(), runner.bisect(INPUT, PassContext.shapesOnly(), _ -> true));
    }
}
