package dev.skein.runtime.device;

/**
 * A model loaded on a device, with one sequence in its KV cache. Not safe for use by several
 * threads.
 */
public interface Accelerator extends AutoCloseable {

    /**
     * Appends tokens to the sequence.
     *
     * @param tokens ids, at least one, at most {@link #maxTokens()}, and not more than
     *     {@link #maxContext()} with those before
     * @return the logits after the last of them, {@code [vocab]}, and what the step cost
     */
    Step step(int... tokens);

    /**
     * The same as {@link #step}, where only the next token is asked for, which a device may choose
     * itself, so that not all logits have to leave it.
     */
    default ChosenStep stepChosen(Choice choice, int... tokens) {
        Step step = step(tokens);
        return new ChosenStep(choice.of(step.logits()), step.cost());
    }

    /** Tokens in the sequence. */
    int position();

    /** Starts a new sequence. */
    void reset();

    /** Most tokens of a sequence. */
    int maxContext();

    /** Most tokens of a step. */
    int maxTokens();

    /**
     * Whether logits mean anything: not where something stands for a device that only goes through
     * the motions.
     */
    default boolean computes() {
        return true;
    }

    /** One line for people: {@code u280, cycle-level simulation, w4g16}. */
    String description();

    /** Releases the device. */
    @Override
    void close();
}
