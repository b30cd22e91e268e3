package dev.skein.runtime.batch;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a run of a batch comes to, by the clock of this machine.
 *
 * @param requests that are done
 * @param promptTokens of all of them
 * @param generatedTokens of all of them
 * @param seconds from the first submission to the last token, s
 * @param first from submission to first token
 * @param perToken from one token to the next, of requests that have two
 * @param totals of the batch
 */
public record BatchFigures(int requests, long promptTokens, long generatedTokens, double seconds,
        Distribution first, Distribution perToken, Batch.Totals totals) {

    /**
     * Of the requests.
     *
     * @param medianMillis half of them are not above it, ms
     * @param p99Millis 99 of a hundred are not above it, ms
     */
    public record Distribution(double medianMillis, double p99Millis) {
        /** Nearest ranks; zeros of nothing. */
        static Distribution of(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Distribution(rank(sorted, 50), rank(sorted, 99));
        }

        private static double rank(double[] sorted, int percent) {
            return sorted.length == 0 ? 0
                    : sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
        }
    }

    /** Of some results. */
    public static BatchFigures of(List<BatchResult> results, double seconds,
            Batch.Totals totals) {
        return new BatchFigures(results.size(),
                results.stream().mapToLong(BatchResult::promptLength).sum(),
                results.stream().mapToLong(r -> r.generated().length).sum(), seconds,
                distribution(results, BatchResult::firstMillis),
                distribution(results.stream().filter(r -> r.generated().length > 1).toList(),
                        BatchResult::perTokenMillis), totals);
    }

    private static Distribution distribution(List<BatchResult> results,
            ToDoubleFunction<BatchResult> value) {
        return Distribution.of(results.stream().mapToDouble(value).toArray());
    }

    /** Generated tokens a second, of all requests together. */
    public double tokensPerSecond() {
        return generatedTokens / seconds;
    }
}
