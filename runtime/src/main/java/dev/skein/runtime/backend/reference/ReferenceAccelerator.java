package dev.skein.runtime.backend.reference;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Weights;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.util.Optional;

/** Runs a graph on the interpreter. */
public final class ReferenceAccelerator implements Accelerator {
    private static final int STEP_TOKENS = 512;

    private final Interpreter interpreter;
    private final int maxContext;
    private final String description;

    /** Runs a graph with the interpreter's own cache; see the other constructor. */
    public ReferenceAccelerator(Graph graph, Weights weights, int maxContext,
            String description) {
        this(new Interpreter(graph, weights), maxContext, description);
    }

    /**
     * Runs what an interpreter has.
     *
     * @param maxContext most tokens of a sequence
     * @param description see {@link #description()}
     */
    public ReferenceAccelerator(Interpreter interpreter, int maxContext, String description) {
        this.interpreter = interpreter;
        this.maxContext = maxContext;
        this.description = description;
    }

    @Override
    public Step step(int... tokens) {
        if (tokens.length < 1 || tokens.length > maxTokens()
                || position() + tokens.length > maxContext) {
            throw new IllegalArgumentException("a step of " + tokens.length + " tokens at position "
                    + position() + ": at most " + maxTokens() + " a step, " + maxContext
                    + " in all");
        }
        return new Step(interpreter.step(tokens), Optional.empty());
    }

    @Override
    public int position() {
        return interpreter.position();
    }

    @Override
    public void reset() {
        interpreter.reset();
    }

    @Override
    public int maxContext() {
        return maxContext;
    }

    @Override
    public int maxTokens() {
        return Math.min(STEP_TOKENS, maxContext);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
    }
}
