package dev.skein.runtime.batch;

import dev.skein.compiler.gpu.Capacity;
import dev.skein.runtime.AttentionSparsity;
import dev.skein.runtime.DeviceBench;
import dev.skein.runtime.DeviceChoice;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.device.BatchAccelerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Measures how many tokens a device generates for several sequences together. */
public final class BatchBench {
    /** Tokens of each prompt. */
    public static final int PROMPT = 16;

    private BatchBench() {
    }

    /**
     * What to do.
     *
     * @param sequences at once
     * @param tokens to generate for each
     * @param runs counted ones, after one for warming up
     */
    public record Work(int sequences, int tokens, int runs) {}

    /**
     * A measurement.
     *
     * @param chunk most tokens of a step
     * @param tokens generated for each sequence
     * @param figures of the run with the median throughput
     */
    public record Result(String model, String weights, String device, int chunk, int tokens,
            BatchFigures figures) {}

    /**
     * Runs a model, by default with its own scheme or w8; seeded weights where it has none.
     *
     * @param attention which part of the attention is left out
     * @param on the device
     */
    public static Result run(String spec, Optional<String> weights, AttentionSparsity attention,
            DeviceChoice on, Work work) throws IOException {
        return DeviceBench.on(spec, weights, attention, on, context -> Capacity.full(context,
                work.sequences, Math.max(Capacity.STEP_TOKENS, work.sequences)),
                (model, scheme, device) -> {
                    int chunk = device.limits().maxTokens();
                    int tokens = Math.min(work.tokens,
                            Math.max(1, device.limits().maxContext() - PROMPT));
                    List<BatchFigures> runs = new ArrayList<>();
                    for (int i = 0; i <= work.runs; i++) {
                        BatchFigures figures = run(device, work.sequences, tokens, chunk);
                        if (i > 0) {
                            runs.add(figures);
                        }
                    }
                    runs.sort(Comparator.comparingDouble(BatchFigures::tokensPerSecond));
                    return new Result(model, scheme, device.description(), chunk, tokens,
                            runs.get(work.runs / 2));
                });
    }

    /** Prompts differ, so that no sequence reads what another does; nothing ends a text. */
    private static BatchFigures run(BatchAccelerator device, int sequences, int tokens,
            int chunk) {
        var batch = new Batch(device, chunk, Set.of(), System::nanoTime);
        int vocab = device.limits().vocab();
        int length = Math.min(PROMPT, device.limits().maxContext());
        for (int i = 0; i < sequences; i++) {
            int first = i;
            batch.submit(new BatchRequest(IntStream.range(0, length)
                    .map(j -> (first * 31 + j) % vocab).toArray(), tokens,
                    Sampler.Options.GREEDY));
        }
        long start = System.nanoTime();
        List<BatchResult> results = batch.runAll();
        return BatchFigures.of(results, (System.nanoTime() - start) / 1e9, batch.totals());
    }
}
