package dev.skein.sim.memory;

/** A link of the AXI switch, or a port, by arithmetic: when it is free of all earlier requests. */
public final class LinkTimes {
    /** The way of a channel that has a port to itself. */
    public static final LinkTimes[] NONE = {};

    private long free;

    /** Created idle. */
    public LinkTimes() {}

    /**
     * Passes bursts on, one after the other, none before it has come in.
     *
     * @param first when the first comes in
     * @return when the first goes out
     */
    long begin(long first) {
        return Math.max(free, first);
    }

    /**
     * The end of those bursts.
     *
     * @param begun from {@link #begin}
     * @param duration of all of them on the link
     * @param lastEnd when the last has come in
     */
    long end(long begun, long duration, long lastEnd) {
        free = Math.max(begun + duration, lastEnd);
        return free;
    }
}
