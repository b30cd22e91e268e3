package dev.skein.runtime;

import dev.skein.runtime.device.Accelerator;
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
        float[] logits = prefill(prompt, prefill);
        PhaseTotals decode = new PhaseTotals();
        int[] tokens = Arrays.copyOf(prompt, prompt.length + Math.max(0, maxNew));
        int count = prompt.length;
        if (!device.computes()) {
            motions(prompt[0], maxNew, decode);
            return new GenerationResult(prompt, prompt.length, prefill, decode);
        }
        while (count < tokens.length) {
            int token = sampler.next(logits);
            if (endOfText.contains(token)) {
                break;
            }
            tokens[count++] = token;
            onToken.accept(token);
            if (count == tokens.length || device.position() == device.maxContext()) {
                break;
            }
            logits = timed(decode, token).logits();
        }
        return new GenerationResult(Arrays.copyOf(tokens, count), prompt.length, prefill, decode);
    }

    /** As many steps as tokens were wanted, of which nothing is passed on. */
    private void motions(int token, int count, PhaseTotals decode) {
        for (int i = 1; i < count && device.position() < device.maxContext(); i++) {
            timed(decode, token);
        }
    }

    private float[] prefill(int[] prompt, PhaseTotals totals) {
        float[] logits = null;
        for (int from = 0; from < prompt.length; from += device.maxTokens()) {
            int to = Math.min(prompt.length, from + device.maxTokens());
            logits = timed(totals, Arrays.copyOfRange(prompt, from, to)).logits();
        }
        return logits;
    }

    private Step timed(PhaseTotals totals, int... tokens) {
        long start = System.nanoTime();
        Step step = device.step(tokens);
        totals.add(tokens.length, System.nanoTime() - start, step);
        return step;
    }
}
