package dev.skein.compiler.pass.placement;

/**
 * What is asked of a placement.
 *
 * @param batch sequences
 * @param promptLength tokens of each prompt
 * @param outputLength tokens that follow
 */
public record Workload(int batch, int promptLength, int outputLength) {

    /** Refuses what is less than one. */
    public Workload {
        atLeastOne("batch", batch);
        atLeastOne("prompt length", promptLength);
        atLeastOne("output length", outputLength);
    }

    private static void atLeastOne(String what, int found) {
        if (found < 1) {
            throw new IllegalArgumentException(what + " is " + found + ", allowed: 1 or more");
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
