package dev.skein.runtime.batch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.runtime.Sampler;
import dev.skein.runtime.device.BatchLimits;
import dev.skein.runtime.device.BatchPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Requests of a batch get what they get alone, whatever the others do. */
class BatchTest {
    private static final long SEED = 20261201;
    private static final int VOCAB = 50;
    private static final Set<Integer> END = Set.of(VOCAB - 1);

    /** A clock of which each look takes a millisecond. */
    private long now;

    private Batch batch(PaperDevice device, int chunk) {
        return new Batch(device, chunk, END, () -> now += 1_000_000);
    }

    private static BatchRequest request(SplittableRandom random, int longest, int most) {
        int[] prompt = random.ints(1 + random.nextInt(longest), 0, VOCAB).toArray();
        return new BatchRequest(prompt, 1 + random.nextInt(most), Sampler.Options.GREEDY);
    }

    /** Requests that come at random steps, in pools from just enough for one to plenty. */
    @Test
    void eachGetsWhatItGetsAlone() {
        int preempted = 0;
        for (int i = 0; i < 200; i++) {
            var random = new SplittableRandom(SEED + i);
            int sequences = 1 + random.nextInt(8);
            int pages = 7 + random.nextInt(i % 2 == 0 ? 3 : 40);
            var limits = new BatchLimits(VOCAB, 64, 420, sequences, pages);
            var device = new PaperDevice(limits);
            Batch batch = batch(device, sequences + random.nextInt(64 - sequences + 1));
            Map<Integer, BatchRequest> requests = new HashMap<>();
            List<BatchResult> results = new ArrayList<>();
            while (requests.size() < 12 || !batch.isIdle()) {
                if (requests.size() < 12 && random.nextInt(3) == 0) {
                    BatchRequest request = request(random, 300, 130);
                    requests.put(batch.submit(request), request);
                }
                batch.step(new BatchObserver() {
                    @Override
                    public void finished(BatchResult result) {
                        results.add(result);
                    }
                });
            }
            assertEquals(requests.size(), results.size());
            for (BatchResult result : results) {
                assertArrayEquals(device.expected(requests.get(result.id()), END),
                        result.generated(), "seed " + (SEED + i) + ", request " + result.id());
                assertEquals(requests.get(result.id()).prompt().length, result.promptLength());
            }
            Batch.Totals totals = batch.totals();
            assertEquals(totals.preemptions(),
                    results.stream().mapToInt(BatchResult::preemptions).sum());
            assertTrue(totals.mostPages() <= pages, "seed " + (SEED + i));
            preempted += totals.preemptions();
        }
        assertTrue(preempted > 100, preempted + " preemptions");
    }

    /** With pages for all, each step has a token of everyone who generates, and is else full. */
    @Test
    void longPromptsHoldUpNobody() {
        var device = new PaperDevice(new BatchLimits(VOCAB, 16, 400, 4, 28));
        var batch = new Batch(device, 16, Set.of(), () -> now++);
        batch.submit(new BatchRequest(new int[] {1, 2}, 40, Sampler.Options.GREEDY));
        batch.submit(new BatchRequest(new int[] {3}, 40, Sampler.Options.GREEDY));
        batch.submit(new BatchRequest(new int[300], 5, Sampler.Options.GREEDY));
        List<BatchResult> results = batch.runAll();
        assertEquals(3, results.size());
        List<List<BatchPart>> steps = device.steps();
        assertEquals(List.of(2, 1, 13), steps.getFirst().stream().map(p -> p.tokens().length)
                .toList());
        for (int i = 1; i < 20; i++) {
            assertEquals(List.of(1, 1, 14), steps.get(i).stream().map(p -> p.tokens().length)
                    .toList(), "step " + i);
        }
        assertEquals(2 + 39 + 1 + 39 + 300 + 4, batch.totals().computed());
    }

    /** The youngest gives way and comes back first; the oldest is never interrupted. */
    @Test
    void theYoungestGivesWay() {
        var device = new PaperDevice(new BatchLimits(VOCAB, 64, 256, 3, 4));
        Batch batch = new Batch(device, 64, Set.of(), () -> now++);
        for (int i = 0; i < 3; i++) {
            batch.submit(new BatchRequest(new int[60], 100 + i, Sampler.Options.GREEDY));
        }
        List<BatchResult> results = batch.runAll();
        assertEquals(List.of(0, 1, 2), results.stream().map(BatchResult::id).toList());
        assertEquals(0, results.getFirst().preemptions());
        assertTrue(results.getLast().preemptions() > 0);
        assertEquals(4, batch.totals().mostPages());
        assertEquals(100, results.getFirst().generated().length);
    }

    @Test
    void figures() {
        List<BatchResult> results = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            results.add(new BatchResult(i, 10, new int[i == 1 ? 1 : 3], i, 3 * i, 0));
        }
        BatchFigures figures = BatchFigures.of(results, 2,
                new Batch.Totals(1, 2, 3, 4, 5));
        assertEquals(2000, figures.promptTokens());
        assertEquals(598, figures.generatedTokens());
        assertEquals(299, figures.tokensPerSecond());
        assertEquals(new BatchFigures.Distribution(100, 198), figures.first());
        assertEquals(new BatchFigures.Distribution(101, 199), figures.perToken());
        assertEquals(new BatchFigures.Distribution(0, 0),
                BatchFigures.of(List.of(), 1, figures.totals()).first());
    }

    /** Times are from submission to first token and to the end. */
    @Test
    void times() {
        var device = new PaperDevice(new BatchLimits(VOCAB, 64, 256, 1, 4));
        Batch batch = new Batch(device, 64, Set.of(), () -> now += 1_000_000);
        batch.submit(new BatchRequest(new int[] {1}, 3, Sampler.Options.GREEDY));
        BatchResult result = batch.runAll().getFirst();
        // submission 1, step 2 to 3, first token 4, steps 5 to 8, end 9
        assertEquals(3, result.firstMillis());
        assertEquals(8, result.totalMillis());
        assertEquals(2.5, result.perTokenMillis());
        assertEquals(3, batch.totals().deviceMillis());
    }

    @Test
    void refusesWhatCouldNeverBeFinished() {
        Batch batch = batch(new PaperDevice(new BatchLimits(VOCAB, 64, 256, 1, 3)), 64);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> batch.submit(
                new BatchRequest(new int[257], 1, Sampler.Options.GREEDY))).getMessage()
                .contains("the prompt has 257 tokens, the context 256"));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> batch.submit(
                new BatchRequest(new int[190], 4, Sampler.Options.GREEDY))).getMessage()
                .contains("need 4 pages of 64 positions, the cache has 3"));
        batch.submit(new BatchRequest(new int[190], 3, Sampler.Options.GREEDY));
        for (int chunk : new int[] {0, 65}) {
            assertThrows(IllegalArgumentException.class, () -> batch(
                    new PaperDevice(new BatchLimits(VOCAB, 64, 256, 1, 3)), chunk));
        }
        assertThrows(IllegalArgumentException.class,
                () -> new BatchRequest(new int[0], 1, Sampler.Options.GREEDY));
        assertThrows(IllegalArgumentException.class,
                () -> new BatchRequest(new int[1], 0, Sampler.Options.GREEDY));
    }
}
