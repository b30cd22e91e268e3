package dev.skein.runtime.batch;

import dev.skein.runtime.device.BatchLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;

/**
 * What a step takes. First a token of each sequence that decodes; what is left of the step's tokens
 * goes to prompts, the oldest first, in chunks as large as fit (Sarathi-Serve, arXiv 2308.16369 and
 * 2403.02310), so that a long prompt never holds up those who already read their answers. Sequences
 * enter and leave between steps.
 *
 * <p>Pages are taken when a token needs one. If none is free, the sequence that came last gives up
 * all of its own, waits at the head of the line and is computed again later (vLLM's preemption by
 * recomputation, arXiv 2309.06180). So the oldest always goes on, and everyone finishes: whoever
 * waits is younger than whoever runs.
 */
final class Scheduler {
    private final BatchLimits limits;
    private final int chunk;
    private final PagePool pool;
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private final BitSet slots = new BitSet();
    private int preemptions;

    /**
     * The tokens of a sequence in a step.
     *
     * @param tokens how many of those that are missing
     */
    record Chunk(Sequence sequence, int tokens) {}

    /** @param chunk most tokens of a step; at least one for each sequence that the device takes */
    Scheduler(BatchLimits limits, int chunk) {
        if (chunk < limits.maxSequences() || chunk > limits.maxTokens()) {
            throw new IllegalArgumentException("a step of at most " + chunk
                    + " tokens: allowed are " + limits.maxSequences() + ", one for each sequence,"
                    + " to " + limits.maxTokens());
        }
        this.limits = limits;
        this.chunk = chunk;
        pool = new PagePool(limits.pages());
    }

    /** Gets in line; what it needs at its longest has to fit the pool. */
    void add(Sequence sequence) {
        waiting.addLast(sequence);
    }

    boolean isIdle() {
        return waiting.isEmpty() && running.isEmpty();
    }

    PagePool pool() {
        return pool;
    }

    int preemptions() {
        return preemptions;
    }

    /** The next step; not empty unless all is done. */
    List<Chunk> next() {
        while (true) {
            List<Chunk> step = new ArrayList<>();
            int left = chunk - decodes(step);
            left -= prompts(step, left);
            admit(step, left);
            if (!step.isEmpty() || isIdle()) {
                return step;
            }
            // prompts that wait for each other's pages
            preempt(running.getLast());
        }
    }

    /** A sequence that has all it wanted. */
    void finish(Sequence sequence) {
        running.remove(sequence);
        slots.clear(sequence.slot());
        sequence.leave(pool);
    }

    private int decodes(List<Chunk> step) {
        for (Sequence sequence : List.copyOf(running)) {
            if (sequence.slot() != Sequence.WAITING && sequence.missing() == 1
                    && hasRoom(sequence)) {
                step.add(new Chunk(sequence, 1));
            }
        }
        return step.size();
    }

    /** Room for one token, at the cost of younger ones, or else of itself. */
    private boolean hasRoom(Sequence sequence) {
        while (sequence.room() == 0 && pool.free() == 0) {
            Sequence youngest = running.getLast();
            preempt(youngest);
            if (youngest == sequence) {
                return false;
            }
        }
        return grow(sequence, 1) == 1;
    }

    private int prompts(List<Chunk> step, int most) {
        int taken = 0;
        for (Sequence sequence : running) {
            if (sequence.missing() > 1 && taken < most) {
                taken += take(step, sequence, most - taken);
            }
        }
        return taken;
    }

    private void admit(List<Chunk> step, int most) {
        int left = most;
        while (left > 0 && !waiting.isEmpty() && running.size() < limits.maxSequences()
                && BatchLimits.pagesOf(waiting.getFirst().count()) <= pool.free()) {
            Sequence sequence = waiting.removeFirst();
            int slot = slots.nextClearBit(0);
            slots.set(slot);
            sequence.enter(slot);
            running.addLast(sequence);
            left -= take(step, sequence, left);
        }
    }

    private int take(List<Chunk> step, Sequence sequence, int most) {
        int tokens = grow(sequence, Math.min(most, sequence.missing()));
        if (tokens > 0) {
            step.add(new Chunk(sequence, tokens));
        }
        return tokens;
    }

    /** Takes pages for so many tokens; how many fit then. */
    private int grow(Sequence sequence, int tokens) {
        while (sequence.room() < tokens && pool.free() > 0) {
            sequence.addPage(pool.take());
        }
        return Math.min(tokens, sequence.room());
    }

    private void preempt(Sequence sequence) {
        finish(sequence);
        sequence.countPreemption();
        preemptions++;
        waiting.addFirst(sequence);
    }
}
