package dev.skein.hls.isa;

import java.util.Objects;

/**
 * The sequencer's length registers as an instruction sees them.
 *
 * @param position POS, tokens in the cache before this step
 * @param tokens CNT, tokens of this step, at least 1
 * @param iteration index of the innermost loop, 0 outside loops
 * @param span what attention leaves out
 */
public record Registers(int position, int tokens, int iteration, Span span) {
    /** Base-address registers B0..B7, added to every off-chip address. */
    public static final int BASES = 8;

    /** Checks the ranges. */
    public Registers {
        Objects.requireNonNull(span, "span");
        if (position < 0 || tokens < 1 || iteration < 0) {
            throw new IllegalArgumentException(
                    "registers POS " + position + ", CNT " + tokens + ", iteration " + iteration);
        }
    }

    /** With the dense span, as at the start of a step. */
    public Registers(int position, int tokens, int iteration) {
        this(position, tokens, iteration, Span.DENSE);
    }

    /** CTX: tokens in the cache after this step. */
    public int context() {
        return Math.addExact(position, tokens);
    }

    /** KEPT: tokens of the context that some token of the step attends to. */
    public int kept() {
        return context() - span.gapTokens(position);
    }

    /** The same lengths in another loop iteration. */
    public Registers at(int newIteration) {
        return newIteration == iteration ? this
                : new Registers(position, tokens, newIteration, span);
    }

    /** The same lengths with another span. */
    public Registers with(Span newSpan) {
        return newSpan.equals(span) ? this
                : new Registers(position, tokens, iteration, newSpan);
    }
}
