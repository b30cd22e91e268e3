package dev.skein.runtime.verify;

import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.Step;
import java.util.Arrays;
import java.util.Optional;

/**
 * Two devices step by step on the same tokens: the prompt in steps as long as both take,
 * then one token at a time, the likeliest of the first one.
 */
public final class SideBySide {
    private final Accelerator expected;
    private final Accelerator found;
    private final Optional<Tolerance> tolerance;
    private Tolerance.Distance farthest = Tolerance.Distance.ZERO;
    private int steps;
    private int mismatches;
    private Optional<Comparison.Difference> first = Optional.empty();
    private long expectedNanos;
    private long foundNanos;

    /** Bit by bit, both with an empty sequence. */
    public SideBySide(Accelerator expected, Accelerator found) {
        this(expected, found, Optional.empty());
    }

    /** Both with an empty sequence; without a tolerance bit by bit. */
    public SideBySide(Accelerator expected, Accelerator found, Optional<Tolerance> tolerance) {
        this.expected = expected;
        this.found = found;
        this.tolerance = tolerance;
    }

    /** Refuses a prompt and tokens after it that are none, or longer than a sequence may be. */
    static void requireFit(int[] prompt, int tokens, int maxContext) {
        if (prompt.length < 1 || tokens < 1 || prompt.length > maxContext - tokens) {
            throw new IllegalArgumentException("verify: a prompt of " + prompt.length
                    + " tokens and " + tokens + " more; allowed are at least one of each and "
                    + maxContext + " together");
        }
    }

    /**
     * Compares all logits, once.
     *
     * @param name of the second device
     * @param prompt at least one token
     * @param tokens to generate after it, at least 1
     * @throws IllegalArgumentException if prompt and tokens are longer than a sequence may be
     */
    public Comparison run(String name, int[] prompt, int tokens) {
        requireFit(prompt, tokens, expected.maxContext());
        float[] logits = {};
        int most = Math.min(expected.maxTokens(), found.maxTokens());
        for (int from = 0; from < prompt.length; from += most) {
            logits = step(Arrays.copyOfRange(prompt, from,
                    Math.min(prompt.length, from + most)));
        }
        for (int i = 0; i < tokens; i++) {
            logits = step(Step.likeliest(logits));
        }
        return new Comparison(name, expected.position(), steps, mismatches, first,
                farthest, expectedNanos / 1e6, foundNanos / 1e6);
    }

    /** The logits of the first device. */
    private float[] step(int... ids) {
        int position = expected.position();
        long start = System.nanoTime();
        float[] want = expected.step(ids).logits();
        long middle = System.nanoTime();
        float[] have = found.step(ids).logits();
        foundNanos += System.nanoTime() - middle;
        expectedNanos += middle - start;
        var difference = Comparison.Difference.of(steps, position, want, have);
        if (difference.isPresent()) {
            var distance = Tolerance.Distance.of(want, have);
            farthest = farthest.max(distance);
            if (tolerance.isPresent() && tolerance.get().allows(distance)) {
                difference = Optional.empty();
            }
        }
        var beyond = difference;
        mismatches += difference.isPresent() ? 1 : 0;
        first = first.or(() -> beyond);
        steps++;
        return want;
    }
}
