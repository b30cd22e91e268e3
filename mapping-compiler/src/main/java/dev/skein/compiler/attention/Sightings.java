package dev.skein.compiler.attention;

import dev.skein.hls.number.Chosen;

/** Is told what each group of query heads attended to, in order of tokens, layers and heads. */
@FunctionalInterface
public interface Sightings {
    /** Sees nothing. */
    Sightings NONE = (place, tokens, chosen) -> { };

    /**
     * The query heads of a key-value head have attended.
     *
     * @param tokens of the sequence, the current one among them
     * @param chosen the tokens attended to
     */
    void attended(HeadPlace place, int tokens, Chosen chosen);
}
