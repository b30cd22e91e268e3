package dev.skein.compiler.gpu;

/**
 * What the launches of a step depend on.
 *
 * @param tokens rows of the step, of all sequences
 * @param outputs sequences whose logits are wanted
 * @param context positions of the longest sequence after the step
 */
public record StepLengths(int tokens, int outputs, int context) {
    /** Checks the ranges. */
    public StepLengths {
        if (tokens < 1 || outputs < 0 || outputs > tokens || context < 1) {
            throw new IllegalArgumentException("a step of " + tokens + " tokens, " + outputs
                    + " outputs and a context of " + context);
        }
    }

    /** Tokens of one sequence, whose logits are wanted. */
    public static StepLengths of(int position, int tokens) {
        return new StepLengths(tokens, 1, Math.addExact(position, tokens));
    }
}
