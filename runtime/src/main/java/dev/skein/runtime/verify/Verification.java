package dev.skein.runtime.verify;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.runtime.Sampler;
import dev.skein.runtime.backend.sim.Machines;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;
import java.util.Arrays;
import java.util.Optional;

/**
 * Runs an executable on the functional simulator and on a target, step by step on the same tokens:
 * the prompt in steps as long as both take, then one token at a time, the likeliest
 * of the functional simulator. Each has a memory of its own, so that a wrong key or value shows
 * sooner or later.
 */
public final class Verification {
    private final Executable executable;
    private final Board board;
    private final int[] prompt;
    private final int tokens;

    /**
     * A comparison to be made.
     *
     * @param prompt at least one token
     * @param tokens to generate after it, at least 1
     * @throws IllegalArgumentException if prompt and tokens are longer than a sequence may be
     */
    public Verification(Executable executable, Board board, int[] prompt, int tokens) {
        if (prompt.length < 1 || tokens < 1
                || prompt.length > executable.maxContext() - tokens) {
            throw new IllegalArgumentException("verify: a prompt of " + prompt.length
                    + " tokens and " + tokens + " more; allowed are at least one of each and "
                    + executable.maxContext() + " together");
        }
        this.executable = executable;
        this.board = board;
        this.prompt = prompt.clone();
        this.tokens = tokens;
    }

    /** Compares other machines with the functional one, on the same programs. */
    public Comparison run(String name, Machines machines) {
        try (var found = SimAccelerator.on(executable, board, name, machines)) {
            return run(name, found);
        }
    }

    /**
     * Compares a device.
     *
     * @param found has the same model and an empty sequence
     */
    public Comparison run(String name, Accelerator found) {
        try (var expected = new SimAccelerator(executable, board, Timing.FUNCTIONAL)) {
            var run = new Run(expected, found);
            float[] logits = {};
            int most = Math.min(expected.maxTokens(), found.maxTokens());
            for (int from = 0; from < prompt.length; from += most) {
                logits = run.step(Arrays.copyOfRange(prompt, from,
                        Math.min(prompt.length, from + most)));
            }
            for (int i = 0; i < tokens; i++) {
                logits = run.step(Sampler.argmax(logits));
            }
            return new Comparison(name, expected.position(), run.steps, run.mismatches, run.first,
                    run.expectedNanos / 1e6, run.foundNanos / 1e6);
        }
    }

    /** Both devices, in step. */
    private static final class Run {
        private final SimAccelerator expected;
        private final Accelerator found;
        private int steps;
        private int mismatches;
        private Optional<Comparison.Difference> first = Optional.empty();
        private long expectedNanos;
        private long foundNanos;

        Run(SimAccelerator expected, Accelerator found) {
            this.expected = expected;
            this.found = found;
        }

        /** The logits of the functional simulator. */
        float[] step(int... ids) {
            int position = expected.position();
            long start = System.nanoTime();
            float[] want = expected.step(ids).logits();
            long middle = System.nanoTime();
            float[] have = found.step(ids).logits();
            foundNanos += System.nanoTime() - middle;
            expectedNanos += middle - start;
            var difference = Comparison.Difference.of(steps, position, want, have);
            mismatches += difference.isPresent() ? 1 : 0;
            first = first.or(() -> difference);
            steps++;
            return want;
        }
    }
}
