package dev.skein.sim.fpga;

import java.util.Arrays;

/** A token FIFO of the event-driven machine: when each token becomes visible. */
final class TokenTimes {
    private long[] times = new long[8];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    /** When the oldest token is visible. */
    long first() {
        return times[head];
    }

    void push(long visible) {
        if (size == times.length) {
            long[] larger = Arrays.copyOf(times, 2 * size);
            System.arraycopy(times, 0, larger, size, head);
            times = larger;
        }
        times[(head + size) & (times.length - 1)] = visible;
        size++;
    }

    void pop() {
        head = (head + 1) & (times.length - 1);
        size--;
    }
}
