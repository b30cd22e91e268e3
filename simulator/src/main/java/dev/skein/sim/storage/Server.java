package dev.skein.sim.storage;

/** A unit that serves one thing after another, in the order in which they are brought to it. */
final class Server {
    private final String name;
    private final UnitTimes.Counter counter = new UnitTimes.Counter();
    private long free;

    Server(String name) {
        this.name = name;
    }

    /** When it can begin with the next. */
    long free() {
        return free;
    }

    /**
     * Serves.
     *
     * @param arrival not before this
     * @param duration busy so long
     * @param marks when what arrives passed the stages before this unit
     * @param last the wait that ends at {@code arrival}
     * @return when it is done
     */
    long serve(long arrival, long duration, Marks marks, Account last) {
        if (arrival > free) {
            marks.charge(counter, free, arrival, last);
            free = arrival;
        }
        counter.add(Account.BUSY, duration);
        free += duration;
        return free;
    }

    /** Busy from one time to another, of which a part may have been counted before. */
    void occupy(long from, long to, Account before) {
        hold(from, before);
        if (to > free) {
            counter.add(Account.BUSY, to - free);
            free = to;
        }
    }

    /** Keeps it from the next until a time, for a reason. */
    void hold(long until, Account reason) {
        if (until > free) {
            counter.add(reason, until - free);
            free = until;
        }
    }

    /** The account of a run that ended then. */
    UnitTimes times(long end) {
        hold(end, Account.IDLE);
        return counter.toRecord(name);
    }
}
