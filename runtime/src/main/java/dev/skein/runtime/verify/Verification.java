package dev.skein.runtime.verify;

import dev.skein.compiler.artifact.Executable;
import dev.skein.hls.board.Board;
import dev.skein.runtime.backend.sim.Machines;
import dev.skein.runtime.backend.sim.SimAccelerator;
import dev.skein.runtime.backend.sim.SimAccelerator.Timing;
import dev.skein.runtime.device.Accelerator;

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
        SideBySide.requireFit(prompt, tokens, executable.maxContext());
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
            return new SideBySide(expected, found).run(name, prompt, tokens);
        }
    }
}
