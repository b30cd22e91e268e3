package dev.skein.runtime;

import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.ChosenStep;
import dev.skein.runtime.device.Step;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntConsumer;

/** Generates text: prefill of the prompt in the device's steps, then a token a step. */
public final class Generation {
    private final Accelerator device;
    private final Sampler sampler;
    private final Set<Integer> endOfText;

    /**
     * A generation on a device.
     *
     * @param endOfText ids that end it; they are not passed on
     */
    public Generation(Accelerator device, Sampler sampler, Set<Integer> endOfText) {
        this.device = device;
        this.sampler = sampler;
        this.endOfText = Set.copyOf(endOfText);
    }

    /**
     * Runs the prompt and up to {@code maxNew} tokens.
     *
     * @param prompt ids, at least one
     * @param maxNew most tokens to generate; fewer if the text ends or the context is full
     * @param onToken is given each generated token at once; nothing, and no token is in the result,
     *     if the device does not {@linkplain Accelerator#computes() compute}
     */
    public GenerationResult run(int[] prompt, int maxNew, IntConsumer onToken) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no token: this model has no"
                    + " beginning-of-text token, so a text is needed");
        }
        if (device.position() + prompt.length > device.maxContext()) {
            throw new IllegalArgumentException("the prompt has " + prompt.length
                    + " tokens, the context " + device.maxContext()
                    + ": shorten it or choose a larger --context");
        }
        PhaseTotals prefill = new PhaseTotals();
        int next = prefill(prompt, prefill);
        PhaseTotals decode = new PhaseTotals();
        int[] tokens = Arrays.copyOf(prompt, prompt.length + Math.max(0, maxNew));
        int count = prompt.length;
        if (!device.computes()) {
            motions(prompt[0], maxNew, decode);
            return new GenerationResult(prompt, prompt.length, prefill, decode);
        }
        while (count < tokens.length) {
            int token = next;
            if (endOfText.contains(token)) {
                break;
            }
            tokens[count++] = token;
            onToken.accept(token);
            if (count == tokens.length || device.position() == device.maxContext()) {
                break;
            }
            next = chosen(decode, token);
        }
        return new GenerationResult(Arrays.copyOf(tokens, count), prompt.length, prefill, decode);
    }

    /** As many steps as tokens were wanted, of which nothing is passed on. */
    private void motions(int token, int count, PhaseTotals decode) {
        for (int i = 1; i < count && device.position() < device.maxContext(); i++) {
            timed(decode, token);
        }
    }

    /** The token after the prompt, 0 if the device does not compute. */
    private int prefill(int[] prompt, PhaseTotals totals) {
        int from = 0;
        for (; prompt.length - from > device.maxTokens(); from += device.maxTokens()) {
            timed(totals, Arrays.copyOfRange(prompt, from, from + device.maxTokens()));
        }
        int[] last = Arrays.copyOfRange(prompt, from, prompt.length);
        if (device.computes()) {
            return chosen(totals, last);
        }
        timed(totals, last);
        return 0;
    }

    /** The token after some others, chosen where the logits are. */
    private int chosen(PhaseTotals totals, int... tokens) {
        long start = System.nanoTime();
        ChosenStep step = device.stepChosen(sampler.next(), tokens);
        totals.add(tokens.length, System.nanoTime() - start, step.cost());
        return step.token();
    }

    private Step timed(PhaseTotals totals, int... tokens) {
        long start = System.nanoTime();
        Step step = device.step(tokens);
        totals.add(tokens.length, System.nanoTime() - start, step.cost());
        return step;
    }
}
