package dev.skein.compiler.gpu;

/** A number of a step that a plan does not know. */
public enum Length {
    /** 1: for what does not depend on the step. */
    ONE,
    /** Tokens of the step. */
    TOKENS,
    /** Tokens in the cache before the step. */
    POSITION,
    /** Tokens in the cache after the step. */
    CONTEXT;

    /** Its value in a step. */
    public int in(int position, int tokens) {
        return switch (this) {
            case ONE -> 1;
            case TOKENS -> tokens;
            case POSITION -> position;
            case CONTEXT -> position + tokens;
        };
    }
}
