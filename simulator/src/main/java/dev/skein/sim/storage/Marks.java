package dev.skein.sim.storage;

/**
 * When something has passed each of the stages that others may have to wait for: the end of each
 * wait of {@link Account}, never decreasing.
 */
final class Marks {
    private static final int FIRST = Account.WAIT_LINK.ordinal();
    private static final Account[] ALL = Account.values();
    private static final int COUNT = Account.IDLE.ordinal() - FIRST;

    private final long[] until = new long[COUNT];

    Marks() {}

    /** What has passed a stage has passed those before it. */
    Marks(Marks other) {
        System.arraycopy(other.until, 0, until, 0, COUNT);
    }

    long of(Account wait) {
        return until[wait.ordinal() - FIRST];
    }

    void set(Account wait, long time) {
        until[wait.ordinal() - FIRST] = time;
    }

    /** Divides a pause: up to each mark it is that wait's, what is left is the last one's. */
    void charge(UnitTimes.Counter counter, long from, long to, Account last) {
        long at = from;
        for (int w = 0; w < last.ordinal() - FIRST && at < to; w++) {
            long end = Math.min(to, until[w]);
            if (end > at) {
                counter.add(ALL[w + FIRST], end - at);
                at = end;
            }
        }
        counter.add(last, to - at);
    }
}
