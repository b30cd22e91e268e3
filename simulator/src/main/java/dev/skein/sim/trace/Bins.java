package dev.skein.sim.trace;

import java.util.Arrays;

/** Sums an amount over bins of time, spread evenly over the interval it belongs to. */
final class Bins {
    private final double width;
    private double[] sums = new double[64];
    private int used;

    Bins(double width) {
        this.width = width;
    }

    void add(double from, double to, double amount) {
        int last = (int) (to / width);
        if (last >= sums.length) {
            sums = Arrays.copyOf(sums, Math.max(2 * sums.length, last + 1));
        }
        used = Math.max(used, last + 1);
        for (int b = (int) (from / width); b <= last; b++) {
            double part = Math.min(to, (b + 1) * width) - Math.max(from, b * width);
            sums[b] += part > 0 ? amount * part / (to - from) : 0;
        }
    }

    int size() {
        return used;
    }

    /** Amount of a bin a unit of time. */
    double rate(int bin) {
        return sums[bin] / width;
    }
}
