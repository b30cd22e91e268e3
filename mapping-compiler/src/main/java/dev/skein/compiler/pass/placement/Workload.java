package dev.skein.compiler.pass.placement;

/**
 * What is asked of a placement.
 *
 * @param batch sequences
 * @param promptLength tokens of each prompt
 * @param outputLength tokens that follow
 */
public record Workload(int batch, int promptLength, int outputLength) {

    /** Largest batch: far beyond any, and products of it with bytes are exact. */
    private static final int MAX_BATCH = 1 << 16;
    /** Longest prompt or output: what the event model holds in memory. */
    private static final int MAX_TOKENS = 1 << 20;

    /** Refuses what is less than one or beyond all use. */
    public Workload {
        range("batch", batch, MAX_BATCH);
        range("prompt length", promptLength, MAX_TOKENS);
        range("output length", outputLength, MAX_TOKENS);
    }

    private static void range(String what, int found, int most) {
        if (found < 1 || found > most) {
            throw new IllegalArgumentException(what + " is " + found + ", allowed: 1 to " + most);
        }
    }

    /** Tokens that are cached in the middle of decoding. */
    public int middleContext() {
        return promptLength + outputLength / 2;
    }

    @Override
    public String toString() {
        return "batch " + batch + ", " + promptLength + " + " + outputLength + " tokens";
    }
}
