package dev.skein.sim.storage;

import java.util.Arrays;

/** Events in order of time; those of one time in the order in which they were added. */
final class EventQueue {

    /** What happens at a time. */
    interface Event {
        void at(long now);
    }

    private static final int START = 1024;

    private long[] time = new long[START];
    private long[] order = new long[START];
    private Event[] event = new Event[START];
    private int size;
    private long added;

    void add(long at, Event e) {
        if (size == time.length) {
            time = Arrays.copyOf(time, 2 * size);
            order = Arrays.copyOf(order, 2 * size);
            event = Arrays.copyOf(event, 2 * size);
        }
        int i = size++;
        long o = added++;
        while (i > 0) {
            int up = (i - 1) / 2;
            if (before(time[up], order[up], at, o)) {
                break;
            }
            move(up, i);
            i = up;
        }
        put(i, at, o, e);
    }

    /** Runs what comes next; false if there is nothing. */
    boolean step() {
        if (size == 0) {
            return false;
        }
        long now = time[0];
        Event first = event[0];
        size--;
        long at = time[size];
        long o = order[size];
        Event e = event[size];
        event[size] = null;
        if (size > 0) {
            sink(at, o, e);
        }
        first.at(now);
        return true;
    }

    private void sink(long at, long o, Event e) {
        int i = 0;
        while (true) {
            int down = 2 * i + 1;
            if (down >= size) {
                break;
            }
            if (down + 1 < size
                    && before(time[down + 1], order[down + 1], time[down], order[down])) {
                down++;
            }
            if (before(at, o, time[down], order[down])) {
                break;
            }
            move(down, i);
            i = down;
        }
        put(i, at, o, e);
    }

    private static boolean before(long t, long o, long time, long order) {
        return t < time || t == time && o < order;
    }

    private void move(int from, int to) {
        put(to, time[from], order[from], event[from]);
    }

    private void put(int i, long t, long o, Event e) {
        time[i] = t;
        order[i] = o;
        event[i] = e;
    }
}
