package dev.skein.runtime.replay;

import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.util.Arrays;
import java.util.List;

/** A recorded run in the place of its device: gives what the device gave, if asked the same. */
public final class ReplayAccelerator implements Accelerator {
    private final RunLog log;
    private int next;
    private int position;

    /** A device at the beginning of the run. */
    public ReplayAccelerator(RunLog log) {
        this.log = log;
    }

    @Override
    public Step step(int... tokens) {
        List<Integer> asked = Arrays.stream(tokens).boxed().toList();
        if (next == log.steps().size()) {
            throw new IllegalArgumentException("replay: step " + next + " of tokens " + asked
                    + " at position " + position + " was not recorded: the log has " + next
                    + " steps");
        }
        RunLog.LoggedStep step = log.steps().get(next);
        if (step.position() != position || !step.tokens().equals(asked)) {
            throw new IllegalArgumentException("replay: step " + next + " asks for tokens " + asked
                    + " at position " + position + ", recorded are " + step.tokens()
                    + " at position " + step.position());
        }
        next++;
        position += tokens.length;
        return new Step(step.logits().clone(), step.cost());
    }

    /** Whether every recorded step was asked for. */
    public boolean atEnd() {
        return next == log.steps().size();
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public int maxContext() {
        return log.head().limits().maxContext();
    }

    @Override
    public int maxTokens() {
        return log.head().limits().maxTokens();
    }

    @Override
    public String description() {
        return "replay of: " + log.head().device();
    }

    @Override
    public void close() {
        // A log in memory holds nothing that has to be given back.
    }
}
