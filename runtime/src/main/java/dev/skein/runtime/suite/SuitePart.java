package dev.skein.runtime.suite;

import java.util.Locale;

/** What a suite consists of; each can be left out. */
public enum SuitePart {
    /** Memory and arithmetic. */
    SPEED,
    /** Matrix products of one vector at the shapes of the model. */
    GEMV,
    /** Whole decode steps. */
    DECODE,
    /** A prompt up to its first token. */
    PREFILL,
    /** Several sequences at once. */
    BATCH,
    /** Small models end to end, bit by bit. */
    EXACT;

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
