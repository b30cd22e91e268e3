package dev.skein.compiler.gpu;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.compiler.ir.Verifier;
import dev.skein.hls.number.PackedRows;
import java.util.Map;

/** From a quantised graph to a plan. */
public final class KernelPlanner {
    /** Sums over this many int8 products stay below 2^31, as the attention kernels need. */
    public static final int MAX_CONTEXT = 1 << 17;

    private static final int MAX_STEP_TOKENS = 128;
    private static final long MAX_SCORE_BYTES = 64L << 20;

    private KernelPlanner() {
    }

    /**
     * Plans a graph.
     *
     * @param graph of stage QUANTISED
     * @param maxContext positions of the KV cache
     * @throws IllegalArgumentException if the graph or the device's kernels do not go that far
     */
    public static KernelPlan plan(Graph graph, int maxContext) {
        if (graph.stage() != Stage.QUANTISED) {
            throw new IllegalArgumentException("kernel plan of " + graph.name()
                    + ": the graph is at stage " + graph.stage() + ", allowed is quantised");
        }
        int most = Math.min(graph.contextLimit(), MAX_CONTEXT);
        if (maxContext < 1 || maxContext > most) {
            throw new IllegalArgumentException("context " + maxContext + ": the model "
                    + graph.name() + " and the kernels allow 1 to " + most
                    + "; choose a smaller --context");
        }
        Map<Value, ValueType> types = Verifier.verify(graph);
        int capacity = PackedRows.align16(maxContext);
        int maxTokens = maxTokens(graph, maxContext, capacity);
        var pool = new BufferPool();
        int tokens = pool.add("tokens", (long) Integer.BYTES * maxTokens,
                new PlanBuffer.Scratch());
        Value result = graph.nodes().getLast().op().inputs().getFirst();
        int vocab = types.get(result).width();
        int logits = pool.add("logits", (long) Float.BYTES * vocab, new PlanBuffer.Scratch());
        var shape = new StepEmitter.Shape(maxTokens, capacity, tokens, logits, result);
        var memory = new PlanMemory(pool, capacity);
        var decode = new StepEmitter(graph, types, pool, memory, shape, false).emit();
        var prefill = new StepEmitter(graph, types, pool, memory, shape, true).emit();
        var greedy = GreedyLaunches.of(pool, logits, vocab);
        return new KernelPlan(graph.name(), new KernelPlan.Limits(vocab, maxTokens, maxContext),
                pool.all(), tokens, logits, decode, prefill, greedy);
    }

    /** As many as the scores of a layer have room for. */
    private static int maxTokens(Graph graph, int maxContext, int capacity) {
        int heads = 1;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Attention attention) {
                heads = Math.max(heads, attention.heads());
            }
        }
        long fits = MAX_SCORE_BYTES / ((long) Float.BYTES * heads * capacity);
        return Math.clamp(fits, 1, Math.min(MAX_STEP_TOKENS, maxContext));
    }
}
