package dev.skein.compiler.gpu;

/** A number of a step that a plan does not know. */
public enum Length {
    /** 1: for what does not depend on the step. */
    ONE,
    /** Tokens of the step, of all its sequences. */
    TOKENS,
    /** Sequences whose logits are wanted. */
    OUTPUTS,
    /** Tokens in the cache after the step, of the longest sequence. */
    CONTEXT;

    /** Its value in a step. */
    public int in(StepLengths step) {
        return switch (this) {
            case ONE -> 1;
            case TOKENS -> step.tokens();
            case OUTPUTS -> step.outputs();
            case CONTEXT -> step.context();
        };
    }
}
