package dev.skein.compiler.pass;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Pass;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Spans;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.Weights;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Gives every attention spans that leave out a share of its 64 x 64 blocks, see {@link SpanShare}.
 * Nominal spans are the same for all heads and need no weights. Measured ones are chosen for each
 * key/value head by the attention that it gives to each block in the calibration texts.
 *
 * @param sparsity wanted share, 0 to {@value #MOST}; 0 leaves the graph as it is
 * @param measured whether to measure
 */
public record SparsifyAttention(double sparsity, boolean measured) implements Pass {
    /** Largest share that can be asked for: a token sees its own block. */
    public static final double MOST = 0.95;

    public SparsifyAttention {
        if (!(sparsity >= 0 && sparsity <= MOST)) {
            throw new IllegalArgumentException("attention sparsity is " + sparsity
                    + ", allowed are 0 to " + MOST);
        }
    }

    @Override
    public String name() {
        return "sparsify-attention";
    }

    @Override
    public Graph run(Graph graph, PassContext context) {
        if (sparsity == 0) {
            return graph;
        }
        List<Node> attentions = graph.nodes().stream()
                .filter(n -> n.op() instanceof Op.Attention).toList();
        Map<Value, Spans> spans = measured ? measured(graph, attentions, context)
                : nominal(attentions);
        return graph.mapOps(graph.stage(), n -> n.op() instanceof Op.Attention a
                ? a.withSpans(Optional.of(spans.get(n.value()))) : n.op());
    }

    private Map<Value, Spans> nominal(List<Node> attentions) {
        Span span = NominalSpans.of(sparsity);
        Map<Value, Spans> spans = new HashMap<>();
        for (Node node : attentions) {
            int heads = ((Op.Attention) node.op()).kvHeads();
            spans.put(node.value(), new Spans(Collections.nCopies(heads, span)));
        }
        return spans;
    }

    private Map<Value, Spans> measured(Graph graph, List<Node> attentions, PassContext context) {
        AttentionMass mass = measure(graph, context);
        var heads = new ArrayList<AttentionMass.Head>();
        attentions.forEach(n -> heads.addAll(List.of(mass.heads(n.value()))));
        int blocks = heads.getFirst().blocks();
        List<Span> chosen = new MeasuredSpans(blocks).choose(heads, sparsity);
        report(context, heads, chosen, blocks * Span.BLOCK);
        Map<Value, Spans> spans = new HashMap<>();
        int at = 0;
        for (Node node : attentions) {
            int count = ((Op.Attention) node.op()).kvHeads();
            spans.put(node.value(), new Spans(chosen.subList(at, at + count)));
            at += count;
        }
        return spans;
    }

    private AttentionMass measure(Graph graph, PassContext context) {
        Weights weights = context.weights().orElseThrow(() -> new IllegalArgumentException(
                name() + ": found a model without weights, measuring needs them"));
        List<int[]> texts = context.calibration().stream()
                .map(t -> Arrays.copyOf(t, Math.min(t.length, graph.contextLimit()))).toList();
        int longest = texts.stream().mapToInt(t -> t.length).max().orElse(0);
        if (longest <= Span.BLOCK) {
            throw new IllegalArgumentException(name() + ": the longest calibration text has "
                    + longest + " tokens, one block; give texts of more than " + Span.BLOCK);
        }
        var mass = new AttentionMass(graph, longest);
        var interpreter = new Interpreter(graph, weights);
        interpreter.observe(mass);
        for (int[] text : texts) {
            interpreter.reset();
            mass.text(text.length);
            interpreter.step(text);
        }
        return mass;
    }

    private void report(PassContext context, List<AttentionMass.Head> heads, List<Span> chosen,
            int tokens) {
        double share = 0;
        double lost = 0;
        for (int h = 0; h < chosen.size(); h++) {
            share += SpanShare.of(chosen.get(h), tokens) / chosen.size();
            lost += heads.get(h).lost(chosen.get(h)) / chosen.size();
        }
        context.log(String.format(Locale.ROOT, "%s: %.3f of the blocks of %d tokens left out,"
                + " wanted %.3f; they hold %.4f of the attention in the calibration texts", name(),
                share, tokens, sparsity, lost));
    }
}
