package dev.skein.runtime;

/**
 * A finished generation.
 *
 * @param tokens prompt and generated ids
 * @param promptLength how many of them are the prompt
 * @param prefill totals of the steps that read the prompt
 * @param decode totals of the steps that read generated tokens
 */
public record GenerationResult(int[] tokens, int promptLength, PhaseTotals prefill,
        PhaseTotals decode) {
    /** Number of generated tokens. */
    public int generated() {
        return tokens.length - promptLength;
    }
}
