package dev.skein.runtime.replay;

import dev.skein.compiler.frontend.model.ModelHeader;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.device.StepCost;
import java.util.List;
import java.util.Optional;

/**
 * A recorded run.
 *
 * @param head what was run, and how
 * @param steps of the device, in order
 * @param tokens prompt and generated ids
 */
public record RunLog(Head head, List<LoggedStep> steps, List<Integer> tokens) {
    /** Version of the format. */
    static final int VERSION = 1;

    /** Copies the lists. */
    public RunLog {
        steps = List.copyOf(steps);
        tokens = List.copyOf(tokens);
    }

    /**
     * What was run, and how.
     *
     * @param device for people
     * @param source {@code sim}, {@code xrt}, {@code reference}: kind of the device
     * @param header configuration and tokenizer of the model
     * @param weights weight scheme
     * @param board name; empty for a device that is none
     * @param limits of the device
     * @param prompt ids
     * @param maxNew most tokens to generate
     * @param sampling how tokens were chosen
     */
    public record Head(String device, String source, ModelHeader header, String weights,
            String board, Limits limits, List<Integer> prompt, int maxNew,
            Sampler.Options sampling) {
        /** Copies the list. */
        public Head {
            prompt = List.copyOf(prompt);
        }
    }

    /**
     * Limits of a device.
     *
     * @param vocabSize logits of a step
     * @param maxContext most tokens of a sequence
     * @param maxTokens most tokens of a step
     */
    public record Limits(int vocabSize, int maxContext, int maxTokens) {}

    /**
     * A step.
     *
     * @param position tokens before it
     * @param tokens ids
     * @param wallNanos time of the host
     * @param logits {@code [vocabSize]}
     * @param cost on the target, where the device knows it
     */
    public record LoggedStep(int position, List<Integer> tokens, long wallNanos, float[] logits,
            Optional<StepCost> cost) {
        /** Copies the list. */
        public LoggedStep {
            tokens = List.copyOf(tokens);
        }
    }
}
