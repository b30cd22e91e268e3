package dev.skein.compiler.gpu;

import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import java.util.List;

/** The launches that follow a step of which only tokens are wanted: kernels of sampling.cl. */
final class SamplingLaunches {
    /** Logits of a group that looks for the largest; SAMPLING_PART in the source. */
    private static final int PART = 1024;

    /** Sums that an item has of each digit of a key; DIGITS in the source. */
    private static final int DIGITS = 16;

    private SamplingLaunches() {
    }

    /** @param logits buffer of them, {@code [maxSequences, vocab] binary32} */
    static KernelPlan.Sampling of(BufferPool pool, int logits, KernelPlan.Limits limits) {
        int parts = Math.ceilDiv(limits.vocab(), PART);
        long most = (long) parts * limits.maxSequences();
        var values = new Memory(pool.take("largest logits", Float.BYTES * most));
        var ids = new Memory(pool.take("largest ids", Integer.BYTES * most));
        int tokens = pool.add("chosen tokens", (long) Integer.BYTES * limits.maxSequences(),
                new PlanBuffer.Scratch());
        int choices = pool.add("choices", (long) Integer.BYTES * KernelPlan.Sampling.CHOICE_WORDS
                * limits.maxSequences(), new PlanBuffer.Zeros());
        Count rows = new Count(1, Length.OUTPUTS, 1);
        var vocab = new Whole(limits.vocab());
        return new KernelPlan.Sampling(tokens, choices, List.of(
                new Launch("largest_of_part", new Grid(Items.COOPERATING, Count.of(parts), rows),
                        List.of(new Memory(logits), vocab, values, ids, new Local(Float.BYTES),
                                new Local(Integer.BYTES))),
                new Launch("largest_of_parts", Grid.of(Items.INDEPENDENT, rows),
                        List.of(values, ids, new Whole(parts), new Memory(tokens)))),
                List.of(new Launch("choose_token", Grid.of(Items.SELECTING, rows),
                        List.of(new Memory(logits), vocab, new Memory(choices),
                                new Memory(tokens), new Local(Long.BYTES * DIGITS)))));
    }
}
