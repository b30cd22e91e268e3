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

    private static final long MAX_SCORE_BYTES = 64L << 20;

    private KernelPlanner() {
    }

    /**
     * Plans a graph for one sequence.
     *
     * @param graph of stage QUANTISED
     * @param maxContext positions of the KV cache
     * @throws IllegalArgumentException if the graph or the device's kernels do not go that far
     */
    public static KernelPlan plan(Graph graph, int maxContext) {
        return plan(graph, Capacity.single(maxContext));
    }

    /**
     * Plans a graph for a batch of sequences, exact.
     *
     * @param graph of stage QUANTISED
     * @throws IllegalArgumentException if the graph or the device's kernels do not go that far
     */
    public static KernelPlan plan(Graph graph, Capacity asked) {
        return plan(graph, asked, Precision.EXACT);
    }

    /**
     * Plans a graph for a batch of sequences.
     *
     * @param graph of stage QUANTISED
     * @throws IllegalArgumentException if the graph or the device's kernels do not go that far
     */
    public static KernelPlan plan(Graph graph, Capacity asked, Precision precision) {
        int maxContext = asked.maxContext();
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
        Value result = graph.nodes().getLast().op().inputs().getFirst();
        var limits = new KernelPlan.Limits(types.get(result).width(),
                maxTokens(graph, asked, capacity), maxContext, asked.maxSequences(),
                Math.min(asked.pages(), Math.multiplyExact(asked.maxSequences(),
                        Capacity.pagesOf(maxContext))));
        var pool = new BufferPool();
        KernelPlan.Inputs inputs = inputs(pool, limits);
        int logits = pool.add("logits", (long) Float.BYTES * limits.maxSequences()
                * limits.vocab(), new PlanBuffer.Scratch());
        var shape = new StepEmitter.Shape(limits, capacity, inputs, logits, result,
                precision);
        var memory = new PlanMemory(pool, limits.pages());
        var decode = new StepEmitter(graph, types, pool, memory, shape, false).emit();
        var prefill = new StepEmitter(graph, types, pool, memory, shape, true).emit();
        KernelPlan.Sampling sampling = SamplingLaunches.of(pool, logits, limits);
        return new KernelPlan(graph.name(), limits, pool.all(), inputs, logits, decode, prefill,
                sampling, precision);
    }

    private static KernelPlan.Inputs inputs(BufferPool pool, KernelPlan.Limits limits) {
        return new KernelPlan.Inputs(integers(pool, "tokens", limits.maxTokens()),
                integers(pool, "positions", limits.maxTokens()),
                integers(pool, "sequences", limits.maxTokens()),
                integers(pool, "pages", Math.multiplyExact(limits.maxSequences(),
                        limits.pagesPerSequence())),
                integers(pool, "outputs", limits.maxSequences()));
    }

    private static int integers(BufferPool pool, String name, int count) {
        return pool.add(name, (long) Integer.BYTES * count, new PlanBuffer.Zeros());
    }

    /** As many as the scores of a layer have room for, but one of each sequence in any case. */
    private static int maxTokens(Graph graph, Capacity asked, int capacity) {
        int heads = 1;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Attention attention) {
                heads = Math.max(heads, attention.heads());
            }
        }
        long fits = MAX_SCORE_BYTES / ((long) Float.BYTES * heads * capacity);
        return Math.clamp(fits, asked.maxSequences(), Math.min(asked.maxTokens(),
                Math.multiplyExact(asked.maxSequences(), asked.maxContext())));
    }
}
