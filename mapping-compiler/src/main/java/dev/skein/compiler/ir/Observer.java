package dev.skein.compiler.ir;

/** Is told every intermediate of the interpreter, in order, on the interpreter's thread. */
@FunctionalInterface
public interface Observer {
    /** Sees nothing. */
    Observer NONE = (value, rows, data) -> { };

    /**
     * A value has been computed.
     *
     * @param rows tokens of the step, or 1 after {@code last_token}
     * @param data {@code [rows, width]}; not changed afterwards, and not to be changed
     */
    void computed(Value value, int rows, float[] data);

    /**
     * A head has attended; called before {@link #computed} of the attention.
     *
     * @param row which token of the step
     * @param scores {@code [positions]}, multiplied by the factor, before the softmax; -infinity
     *     where the span of the head sees nothing
     * @param probabilities {@code [positions]}, their softmax
     */
    default void attended(Value value, int row, int head, float[] scores, float[] probabilities) {
    }
}
