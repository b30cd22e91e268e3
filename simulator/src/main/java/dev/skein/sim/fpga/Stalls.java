package dev.skein.sim.fpga;

import java.util.Arrays;

/** The cycles in which a sequencer waited for instructions, as intervals in order of time. */
final class Stalls {
    private long[] from = new long[16];
    private long[] to = new long[16];
    private int n;

    /** A stall; {@code until} is {@link EventRun#NEVER} as long as its end is not known. */
    void begin(long since, long until) {
        if (n == from.length) {
            from = Arrays.copyOf(from, 2 * n);
            to = Arrays.copyOf(to, 2 * n);
        }
        from[n] = since;
        to[n++] = until;
    }

    /** The end of the stall that began last. */
    void end(long until) {
        to[n - 1] = until;
    }

    /** Cycles of {@code [a, b)} that were stalls. */
    long within(long a, long b) {
        long sum = 0;
        for (int i = n - 1; i >= 0 && to[i] > a; i--) {
            sum += Math.max(0, Math.min(b, to[i]) - Math.max(a, from[i]));
        }
        return sum;
    }
}
