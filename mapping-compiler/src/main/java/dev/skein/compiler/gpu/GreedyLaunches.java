package dev.skein.compiler.gpu;

import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import java.util.List;

/** The launches that follow a step whose likeliest tokens are wanted: kernels of sampling.cl. */
final class GreedyLaunches {
    /** Logits of a group; SAMPLING_PART in the source. */
    private static final int PART = 1024;

    private GreedyLaunches() {
    }

    /** @param logits buffer of them, {@code [maxSequences, vocab] binary32} */
    static KernelPlan.Greedy of(BufferPool pool, int logits, KernelPlan.Limits limits) {
        int parts = Math.ceilDiv(limits.vocab(), PART);
        long most = (long) parts * limits.maxSequences();
        var values = new Memory(pool.take("largest logits", Float.BYTES * most));
        var ids = new Memory(pool.take("largest ids", Integer.BYTES * most));
        int tokens = pool.add("chosen tokens", (long) Integer.BYTES * limits.maxSequences(),
                new PlanBuffer.Scratch());
        Count rows = new Count(1, Length.OUTPUTS, 1);
        return new KernelPlan.Greedy(tokens, List.of(
                new Launch("largest_of_part", new Grid(Items.COOPERATING, Count.of(parts), rows),
                        List.of(new Memory(logits), new Whole(limits.vocab()), values, ids,
                                new Local(Float.BYTES), new Local(Integer.BYTES))),
                new Launch("largest_of_parts", Grid.of(Items.INDEPENDENT, rows),
                        List.of(values, ids, new Whole(parts), new Memory(tokens)))));
    }
}
