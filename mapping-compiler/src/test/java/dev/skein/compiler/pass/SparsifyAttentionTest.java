package dev.skein.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparsifyAttentionTest {

    private static void refuses(String message, Runnable work) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, work::run).getMessage());
    }

    private static Graph run(SparsifyAttention pass, Graph graph, PassContext context) {
        return new PassRunner(List.of(pass)).run(graph, context).graph();
    }

    /** The shares are those of the table in docs/numbers.md. */
    @ParameterizedTest
    @CsvSource({
        "0.1, 0.000, 0.081, 0.099, 0.115",
        "0.3, 0.139, 0.275, 0.299, 0.321",
        "0.5, 0.333, 0.470, 0.500, 0.527",
        "0.7, 0.472, 0.663, 0.700, 0.733",
        "0.9, 0.583, 0.856, 0.900, 0.940",
        "0.95, 0.778, 0.934, 0.949, 0.963"
    })
    void nominalSpansLeaveOutTheShare(double sparsity, double at512, double at2048, double at4096,
            double at32768) {
        Span span = NominalSpans.of(sparsity);
        String what = sparsity + ": " + span;
        assertEquals(at512, SpanShare.of(span, 512), 5e-4, what);
        assertEquals(at2048, SpanShare.of(span, 2048), 5e-4, what);
        assertEquals(at4096, SpanShare.of(span, 4096), 5e-4, what);
        assertEquals(at32768, SpanShare.of(span, 32768), 5e-4, what);
        assertEquals(sparsity, at4096, 0.01, what);
    }

    @Test
    void sharesCountBlocks() {
        assertEquals(0, SpanShare.of(Span.DENSE, 10_000));
        assertEquals(0, SpanShare.of(new Span(0, 1, 0), 64));
        assertEquals(1 / 3.0, SpanShare.of(new Span(0, 1, 0), 128), 1e-12);
        assertEquals(1 / 3.0, SpanShare.of(new Span(0, 1, 0), 65), 1e-12);
        assertEquals(0, SpanShare.of(new Span(1, 1, 0), 128), 1e-12);
        assertEquals(1 / 6.0, SpanShare.of(new Span(1, 1, 0), 192), 1e-12);
        Graph graph = GraphBuilder.build(RandomModels.config(3, 300));
        assertEquals(0, SpanShare.of(graph, 300));
        double share = SpanShare.of(NominalSpans.of(0.7), 300);
        assertEquals(share, SpanShare.of(run(new SparsifyAttention(0.7, false), graph,
                PassContext.shapesOnly()), 300), 1e-12);
        assertEquals(graph, run(new SparsifyAttention(0, true), graph, PassContext.shapesOnly()));
    }

    /** A head whose tokens give each block before their own the weight of its distance. */
    private static AttentionMass.Head head(int blocks, double first, double decay) {
        double[][] before = new double[blocks][];
        for (int row = 0; row < blocks; row++) {
            double[] weight = new double[row + 1];
            double sum = 0;
            for (int column = 0; column <= row; column++) {
                weight[column] = Math.pow(decay, row - column) + (column == 0 ? first : 0);
                sum += weight[column];
            }
            before[row] = new double[row + 2];
            for (int column = 0; column <= row; column++) {
                before[row][column + 1] = before[row][column] + weight[column] / sum;
            }
        }
        return new AttentionMass.Head(before);
    }

    @Test
    void measuredSpansFollowTheHeads() {
        var local = head(16, 0, 0.01);
        var sink = head(16, 10, 0.01);
        var broad = head(16, 0, 1);
        List<Span> spans = new MeasuredSpans(16).choose(List.of(local, sink, broad), 0.5);
        String what = spans.toString();
        assertTrue(spans.get(0).global() == 0 && spans.get(0).first(15 * 64) >= 13, what);
        assertTrue(spans.get(1).global() == 1 && spans.get(1).first(15 * 64) >= 13, what);
        assertTrue(SpanShare.of(spans.get(2), 1024) < 0.1, what);
        double share = spans.stream().mapToDouble(s -> SpanShare.of(s, 1024)).average()
                .orElseThrow();
        assertEquals(0.5, share, 0.03, what);
    }

    /** No single exchange of spans between two heads is better. */
    @Test
    void measuredSpansLoseLittle() {
        for (long seed = 0; seed < 5; seed++) {
            var random = new SplittableRandom(seed);
            var heads = new ArrayList<AttentionMass.Head>();
            for (int h = 0; h < 12; h++) {
                heads.add(head(8, random.nextInt(3), random.nextDouble()));
            }
            for (double wanted : new double[] {0.2, 0.4, 0.55}) {
                List<Span> spans = new MeasuredSpans(8).choose(heads, wanted);
                String what = "seed " + seed + ", " + wanted + ": " + spans;
                double share = 0;
                double lost = 0;
                for (int h = 0; h < heads.size(); h++) {
                    share += SpanShare.of(spans.get(h), 512) / heads.size();
                    lost += heads.get(h).lost(spans.get(h));
                }
                assertEquals(wanted, share, 0.04, what);
                Span nominal = uniform(share);
                double uniform = heads.stream().mapToDouble(h -> h.lost(nominal)).sum();
                assertTrue(lost <= uniform, what + " loses " + lost + ", " + nominal + " for all "
                        + uniform);
            }
        }
    }

    /** The widest window for all heads that leaves out as much at 8 blocks. */
    private static Span uniform(double share) {
        for (int growth = 255; growth >= 0; growth--) {
            Span span = new Span(0, 1, growth);
            if (SpanShare.of(span, 512) >= share) {
                return span;
            }
        }
        return new Span(0, 1, 0);
    }

    @Test
    void measuresEveryHeadOfAModel() {
        ModelConfig config = RandomModels.config(11, 520);
        Graph graph = GraphBuilder.build(config);
        var texts = List.of(RandomModels.tokens(config, 1, 400), RandomModels.tokens(config, 2, 90),
                RandomModels.tokens(config, 3, 600));
        var remarks = new ArrayList<String>();
        Graph sparse = run(new SparsifyAttention(0.4, true), graph,
                PassContext.of(new SeededWeights(config, 11), texts, remarks::add));
        assertEquals(0.4, SpanShare.of(sparse, 9 * 64), 0.08, remarks.toString());
        assertEquals(1, remarks.size());
        assertTrue(remarks.getFirst().startsWith("sparsify-attention: 0."), remarks.getFirst());
        sparse.nodes().forEach(n -> assertTrue(!(n.op() instanceof Op.Attention a)
                || a.spans().isPresent()));
    }

    @Test
    void saysWhatIsMissing() {
        refuses("attention sparsity is 1.0, allowed are 0 to 0.95",
                () -> new SparsifyAttention(1, false));
        refuses("attention sparsity is NaN, allowed are 0 to 0.95",
                () -> new SparsifyAttention(Double.NaN, false));
        ModelConfig config = RandomModels.config(1, 200);
        Graph graph = GraphBuilder.build(config);
        var pass = new SparsifyAttention(0.5, true);
        refuses("sparsify-attention: found a model without weights, measuring needs them",
                () -> pass.run(graph, PassContext.shapesOnly()));
        refuses("sparsify-attention: the longest calibration text has 64 tokens, one block; give"
                + " texts of more than 64", () -> pass.run(graph, PassContext.of(
                        new SeededWeights(config, 1), Collections.nCopies(3,
                                RandomModels.tokens(config, 1, 64)), _ -> { })));
    }
}
