package dev.skein.runtime.batch;

/**
 * What a request got.
 *
 * @param id its number, as {@link Batch#submit} gave it
 * @param promptLength tokens of the prompt
 * @param generated ids
 * @param firstMillis from its submission to its first token, or to its end if it has none, ms
 * @param totalMillis from its submission to its end, ms
 * @param preemptions how often it lost its pages and was computed again
 */
public record BatchResult(int id, int promptLength, int[] generated, double firstMillis,
        double totalMillis, int preemptions) {

    /** Time from one token to the next, ms; 0 for fewer than two. */
    public double perTokenMillis() {
        return generated.length < 2 ? 0 : (totalMillis - firstMillis) / (generated.length - 1);
    }
}
