package dev.skein.compiler.fpga;

import dev.skein.hls.isa.VerifiedProgram;

/**
 * A program and the lengths it serves: steps after which the cache holds {@code firstContext} to
 * {@code lastContext} tokens (CTX = POS + CNT).
 *
 * @param phase what the step does
 * @param firstContext smallest CTX for which a device takes this program, at least 1
 * @param lastContext largest CTX, the {@code maxContext} of the program
 * @param program the program; it is verified for every CTX up to {@code lastContext}
 */
public record ServedProgram(Phase phase, int firstContext, int lastContext,
        VerifiedProgram program) {
    /** Checks the range. */
    public ServedProgram {
        if (firstContext < 1 || firstContext > lastContext
                || lastContext != program.program().maxContext()) {
            throw new IllegalArgumentException(phase + " program for contexts " + firstContext
                    + " to " + lastContext + " of a program for up to "
                    + program.program().maxContext());
        }
    }

    /** Unique in a set: {@code decode-2048}. */
    public String name() {
        return phase + "-" + lastContext;
    }

    /** Largest CNT. */
    public int maxTokens() {
        return program.program().maxTokens();
    }
}
