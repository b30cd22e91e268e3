package dev.skein.sim.memory;

import java.util.List;

/** A request to one channel of the tick machine, on its way from the banks to the core. */
public final class TickRequest {
    /** Next byte for the command stage. */
    long position;
    final long to;
    final boolean write;
    /** Bursts that have come out of the channel (0) and of each link behind it. */
    private final long[] begun;
    private final long[] finished;
    private final long bursts;
    private int flightLeft;
    private boolean landed;
    private boolean held;

    /**
     * Local bytes {@code [from, to)}.
     *
     * @param links it passes after the channel
     * @param burstBytes of the channel
     * @param flightTicks from the port to the core
     */
    public TickRequest(long from, long to, boolean write, List<TickLink> links, int burstBytes,
            int flightTicks) {
        this.position = from;
        this.to = to;
        this.write = write;
        this.bursts = (to - from) / burstBytes;
        this.begun = new long[links.size() + 1];
        this.finished = new long[links.size() + 1];
        this.flightLeft = flightTicks;
        for (int i = 0; i < links.size(); i++) {
            links.get(i).enqueue(this, i + 1);
        }
    }

    /** A data mover is at it, or has it still to come. */
    void hold() {
        held = true;
    }

    /** The data mover has taken all of it. */
    void release() {
        held = false;
    }

    boolean hasBurstFor(int stage) {
        return begun[stage - 1] > begun[stage];
    }

    void beginBurst(int stage) {
        begun[stage]++;
    }

    void finishBurst(int stage) {
        finished[stage]++;
    }

    boolean allBegun(int stage) {
        return begun[stage] == bursts;
    }

    /** Bursts the channel has moved. */
    public long burstsMoved() {
        return finished[0];
    }

    /** Whether all data has come to the port. */
    public boolean done() {
        return !held && finished[finished.length - 1] == bursts;
    }

    /** Whether all data is with the core. */
    public boolean landed() {
        return landed;
    }

    /** One tick, after those of channels and links. */
    public void tick() {
        if (done() && !landed) {
            landed = flightLeft == 0;
            flightLeft--;
        }
    }
}
