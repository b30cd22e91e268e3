package dev.skein.sim.storage;

import java.util.ArrayList;
import java.util.List;

/** One head of one command while it is in the drive. */
final class HeadRun {
    final int command;
    final int kernel;
    /** Pages of the second product that are there before the softmax is. */
    final List<Page> deferred = new ArrayList<>();
    private final List<Phase> phases;
    private Marks marks;
    private int phase = -1;
    private boolean scored;
    private int logitLeft;
    private int attendLeft;
    private long end;
    private Marks latest;

    HeadRun(int command, int kernel, List<Phase> phases, Marks marks) {
        this.command = command;
        this.kernel = kernel;
        this.phases = phases;
        this.marks = marks;
        this.latest = marks;
    }

    Phase phase() {
        return phases.get(phase);
    }

    Marks marks() {
        return marks;
    }

    /** Goes on to the next phase; false if there is none. */
    boolean next() {
        phase++;
        scored = false;
        end = 0;
        return phase < phases.size();
    }

    /** Its addresses are known. */
    void issued(long now) {
        marks = new Marks(marks);
        marks.set(Account.WAIT_HEAD, now);
        latest = marks;
        Phase.Buffered buffered = phase().buffered();
        logitLeft = phase().logit().size() + (buffered.bytes() > 0 ? 1 : 0);
        attendLeft = phase().attend().size() + (buffered.attends() ? 1 : 0);
    }

    boolean scored() {
        return scored;
    }

    void score() {
        scored = true;
        end = 0;
    }

    int logitLeft() {
        return logitLeft;
    }

    int attendLeft() {
        return attendLeft;
    }

    /** A piece of a product will be done then; true if it is the last. */
    boolean done(boolean attends, long at, Marks of) {
        if (at >= end) {
            end = at;
            latest = of;
        }
        return attends ? --attendLeft == 0 : --logitLeft == 0;
    }

    /** When the product is done. */
    long end() {
        return end;
    }

    /** What it waited for last, and then for the kernel. */
    Marks latest(long now) {
        Marks copy = new Marks(latest);
        copy.set(Account.WAIT_KERNEL, now);
        return copy;
    }
}
