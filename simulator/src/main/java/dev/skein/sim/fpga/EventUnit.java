package dev.skein.sim.fpga;

/** Queue and state of one unit in the event-driven machine. */
final class EventUnit {
    private final Operation[] queue;
    private final long[] enteredAt;
    /** Start of the instruction that had this slot; the slot is free from the next cycle on. */
    private final long[] startedAt;
    private int entered;
    private int started;

    /** When the unit is free of its predecessor; {@link EventRun#NEVER} while not known. */
    long free;
    /** End of the last instruction whose end is known. */
    long lastEnd;
    /** The instruction that has started and whose end is not known: SYNC, first half of LDG. */
    Operation open;
    /** Its start. */
    long openSince;
    /** Its data cycles so far. */
    long openData;

    EventUnit(int depth) {
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

    void enter(Operation op, long t) {
        queue[entered % queue.length] = op;
        enteredAt[entered % queue.length] = t;
        entered++;
    }

    Operation head() {
        return queue[started % queue.length];
    }

    /** The earliest start of the head as far as queue and unit are concerned. */
    long headReady() {
        return Math.max(free, enteredAt[started % queue.length] + 1);
    }

    void start(long t) {
        startedAt[started % queue.length] = t;
        started++;
    }
}
