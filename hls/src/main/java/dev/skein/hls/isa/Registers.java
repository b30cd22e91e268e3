package dev.skein.hls.isa;

/**
 * The sequencer's length registers as an instruction sees them.
 *
 * @param position POS, tokens in the cache before this step
 * @param tokens CNT, tokens of this step, at least 1
 * @param iteration index of the innermost loop, 0 outside loops
 */
public record Registers(int position, int tokens, int iteration) {
    /** Base-address registers B0..B7, added to every off-chip address. */
    public static final int BASES = 8;

    /** Checks the ranges. */
    public Registers {
        if (position < 0 || tokens < 1 || iteration < 0) {
            throw new IllegalArgumentException(
                    "registers POS " + position + ", CNT " + tokens + ", iteration " + iteration);
        }
    }

    /** Tokens in the cache after this step. */
    public int context() {
        return Math.addExact(position, tokens);
    }

    /** The same lengths in another loop iteration. */
    public Registers at(int newIteration) {
        return newIteration == iteration ? this : new Registers(position, tokens, newIteration);
    }
}
