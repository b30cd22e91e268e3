package dev.skein.sim.fpga;

/** Queue and state of one unit in the event-driven machine. */
final class EventUnit {
    private final Operation[] queue;
    private final long[] enteredAt;
    /** Start of the instruction that had this slot; the slot is free from the next cycle on. */
    private final long[] startedAt;
    /** Indexes in the stream, by slot. */
    private final int[] indexes;
    /** Ends of the last instructions, as many as may be in flight. */
    private final long[] ends;
    private int entered;
    private int started;
    private int ended;

    /** When its data has moved or its work is done: the end of the last busy cycle known. */
    long free;
    /** End of the last instruction whose end is known. */
    long lastEnd;
    /** When the last one started, or the second half of its LDG. */
    long lastStart = -1;
    /** Of the last one that started: its index, and the cycles charged to it. */
    int index;
    /** See {@link #index}. */
    long busy;
    /** See {@link #index}. */
    long waitMemory;
    /** See {@link #index}. */
    long waitPeer;
    /** See {@link #index}. */
    long waitToken;
    /** See {@link #index}. */
    int tokenFrom;
    /** See {@link #index}. */
    long waitDispatch;
    /** See {@link #index}. */
    long waitFetch;
    /** The instruction that has started and whose end is not known: SYNC, first half of LDG. */
    Operation open;
    /** Its start. */
    long openSince;
    /** Its data cycles so far. */
    long openData;

    EventUnit(int depth, int outstanding) {
        ends = new long[outstanding];
        indexes = new int[depth];
        queue = new Operation[depth];
        enteredAt = new long[depth];
        startedAt = new long[depth];
    }

    boolean hasRoom() {
        return entered - started < queue.length;
    }

    /** From when there is room for one more; only if {@link #hasRoom()}. */
    long roomFrom() {
        return entered < queue.length ? 0 : startedAt[entered % queue.length] + 1;
    }

    boolean isEmpty() {
        return entered == started;
    }

    void enter(Operation op, int index, long t) {
        indexes[entered % queue.length] = index;
        queue[entered % queue.length] = op;
        enteredAt[entered % queue.length] = t;
        entered++;
    }

    Operation head() {
        return queue[started % queue.length];
    }

    /** From when the head can be seen. */
    long headVisible() {
        return enteredAt[started % queue.length] + 1;
    }

    /** When so many instructions have ended that one more may be in flight. */
    long slotFree() {
        return ends[started % ends.length];
    }

    /** The earliest start of the head as far as queue and unit are concerned. */
    long headReady() {
        return Math.max(Math.max(slotFree(), lastStart + 1), headVisible());
    }

    void end(long t) {
        ends[ended++ % ends.length] = t;
    }

    void start(long t) {
        lastStart = t;
        index = indexes[started % queue.length];
        startedAt[started % queue.length] = t;
        started++;
    }
}
