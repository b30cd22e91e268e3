package dev.skein.compiler.gpu;

import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import java.util.List;

/** The launches that follow a step whose likeliest token is wanted: kernels of sampling.cl. */
final class GreedyLaunches {
    /** Logits of a group; SAMPLING_PART in the source. */
    private static final int PART = 1024;

    private GreedyLaunches() {
    }

    /** @param logits buffer of them, {@code [vocab] binary32} */
    static KernelPlan.Greedy of(BufferPool pool, int logits, int vocab) {
        int parts = Math.ceilDiv(vocab, PART);
        var values = new Memory(pool.take("largest logits", (long) Float.BYTES * parts));
        var ids = new Memory(pool.take("largest ids", (long) Integer.BYTES * parts));
        int token = pool.add("chosen token", Integer.BYTES, new PlanBuffer.Scratch());
        return new KernelPlan.Greedy(token, List.of(
                new Launch("largest_of_part", Grid.of(Items.COOPERATING, Count.of(parts)),
                        List.of(new Memory(logits), new Whole(vocab), values, ids,
                                new Local(Float.BYTES), new Local(Integer.BYTES))),
                new Launch("largest_of_parts", Grid.of(Items.INDEPENDENT, Count.of(1)),
                        List.of(values, ids, new Whole(parts), new Memory(token)))));
    }
}
