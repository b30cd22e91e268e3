package dev.skein.sim.memory;

import java.util.ArrayDeque;

/** The data mover of a core for one channel and direction, tick by tick: requests in order. */
public final class TickMover {
    private static final class Entry {
        private final TickRequest request;
        private long left;

        private Entry(TickRequest request, long left) {
            this.request = request;
            this.left = left;
        }
    }

    private final ArrayDeque<Entry> queue = new ArrayDeque<>();

    /** An idle mover. */
    public TickMover() {}

    /** The request is not done until it has had this many ticks of the mover. */
    public void enqueue(TickRequest request, long ticks) {
        request.hold();
        queue.add(new Entry(request, ticks));
    }

    /** One tick; requests have theirs later. */
    public void tick() {
        if (!queue.isEmpty() && --queue.element().left == 0) {
            queue.remove().request.release();
        }
    }
}
