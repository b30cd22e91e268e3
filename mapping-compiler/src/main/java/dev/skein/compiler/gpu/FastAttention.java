package dev.skein.compiler.gpu;

import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Real;
import dev.skein.compiler.gpu.Argument.Variable;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.number.PackedRows;
import java.util.List;
import java.util.Optional;

/** The launches of attention in the fast mode: kernels of {@code fast_attention.cl}. */
final class FastAttention {
    /** Positions that a work group takes; FAST_PART in the source. */
    private static final int PART = 256;

    private final BufferPool pool;
    private final PlanMemory memory;
    private final KernelPlan.Limits limits;
    private final Precision precision;

    FastAttention(BufferPool pool, PlanMemory memory, KernelPlan.Limits limits,
            Precision precision) {
        this.pool = pool;
        this.memory = memory;
        this.limits = limits;
        this.precision = precision;
    }

    /**
     * What attention reads and writes.
     *
     * @param q {@code [tokens, heads, headDim] binary32}
     * @param k {@code [tokens, kvHeads, headDim] binary32}
     * @param v the same of the values
     * @param y as q
     * @param paging where each row of the step is in the cache
     */
    record Operands(Memory q, Memory k, Memory v, Memory y, List<Argument> paging) {}

    /** @param rope what queries and keys go through first */
    List<Launch> launches(Op.Attention op, Optional<Op.Rope> rope, Operands operands) {
        PlanMemory.Cache cache = precision.hasInt8Cache() ? memory.cache(op)
                : memory.halfCache(op);
        List<Argument> cached = List.of(new Memory(cache.keys()), new Memory(cache.keyScales()),
                new Memory(cache.values()), new Memory(cache.valueScales()));
        var elementBytes = new Whole(cache.elementBytes());
        var headDim = new Whole(op.headDim());
        int rowBytes = Float.BYTES * (PackedRows.align16(op.headDim()) + 2);
        int mostParts = Math.ceilDiv(limits.maxContext(), PART);
        int parts = pool.take("parts of attention", Math.multiplyExact((long) rowBytes * mostParts,
                Math.multiplyExact(op.heads(), limits.maxTokens())));
        var count = new Count(1, Length.CONTEXT, PART);
        Count rows = Count.perToken(op.heads());
        int queries = pool.take("activations", Math.multiplyExact((long) Float.BYTES
                * op.heads() * op.headDim(), limits.maxTokens()));
        var inputs = new Launch("fast_attention_inputs", Grid.of(Items.COOPERATING,
                Count.perToken(op.heads() + 2 * op.kvHeads())), join(List.of(List.of(operands.q,
                        operands.k, operands.v,
                        // no angles where nothing is turned
                        rope.map(r -> new Memory(memory.floats(r.table()))).orElse(operands.q),
                        new Memory(queries)), cached, operands.paging,
                        List.of(headDim, new Whole(op.heads()), new Whole(op.kvHeads()),
                                new Whole(rope.map(Op.Rope::rotaryDim).orElse(0)),
                                new Whole(rope.map(r -> StepEmitter.interleaved(r.style()))
                                        .orElse(0)), elementBytes))));
        var attend = new Launch("fast_attention", new Grid(Items.COOPERATING, count, rows),
                join(List.of(List.of(new Memory(queries)), cached,
                        List.of(new Memory(memory.spans(op)), operands.y, new Memory(parts)),
                        operands.paging, List.of(headDim,
                        new Whole(op.heads() / op.kvHeads()), new Whole(op.kvHeads()),
                        new Real(op.factor()), new Variable(Count.perToken(1)), elementBytes,
                        new Local(rowBytes)))));
        pool.give(parts);
        pool.give(queries);
        if (mostParts == 1) {
            return List.of(inputs, attend);
        }
        return List.of(inputs, attend, new Launch("fast_attention_join",
                Grid.of(Items.INDEPENDENT, rows), List.of(new Memory(parts), operands.y,
                        new Variable(count), headDim)));
    }

    private static List<Argument> join(List<List<Argument>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }
}
