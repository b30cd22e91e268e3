package dev.skein.sim.memory;

import java.util.ArrayDeque;

/** A link of the AXI switch, or a port, tick by tick: requests in order, a burst at a time. */
public final class TickLink {
    private record Entry(TickRequest request, int stage) {}

    private final int burstTicks;
    private final ArrayDeque<Entry> queue = new ArrayDeque<>();
    private Entry moving;
    private int left;

    /** An idle link. */
    public TickLink(int burstTicks) {
        this.burstTicks = burstTicks;
    }

    void enqueue(TickRequest request, int stage) {
        queue.add(new Entry(request, stage));
    }

    /** One tick; channels and the links before this one have had theirs. */
    public void tick() {
        if (left == 0 && !queue.isEmpty()
                && queue.element().request.hasBurstFor(queue.element().stage)) {
            moving = queue.element();
            moving.request.beginBurst(moving.stage);
            if (moving.request.allBegun(moving.stage)) {
                queue.remove();
            }
            left = burstTicks;
        }
        if (left > 0 && --left == 0) {
            moving.request.finishBurst(moving.stage);
        }
    }
}
