package dev.skein.sim.storage;

import java.util.Arrays;

/** Pages that one phase of a head touches, in order. */
public final class PageSet {
    /** None. */
    public static final PageSet EMPTY = new PageSet();

    private static final int START = 16;

    private int[] place = new int[START];
    private int[] keptBytes = new int[START];
    private int[] values = new int[START];
    private int size;

    /** Empty. */
    public PageSet() {}

    /**
     * Adds a page.
     *
     * @param channel flash channel
     * @param plane of the channel
     * @param planesPerChannel of the drive
     * @param kept bytes that the filter lets through
     * @param matrixValues FP16 values that a GeMV unit has to take; 0: no GeMV
     */
    public void add(int channel, int plane, int planesPerChannel, int kept, int matrixValues) {
        if (size == place.length) {
            place = Arrays.copyOf(place, 2 * size);
            keptBytes = Arrays.copyOf(keptBytes, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        place[size] = channel * planesPerChannel + plane;
        keptBytes[size] = kept;
        values[size++] = matrixValues;
    }

    /** How many. */
    public int size() {
        return size;
    }

    int place(int i) {
        return place[i];
    }

    int keptBytes(int i) {
        return keptBytes[i];
    }

    int values(int i) {
        return values[i];
    }

    /** Bytes that filters let through, of all pages. */
    public long keptBytes() {
        long sum = 0;
        for (int i = 0; i < size; i++) {
            sum += keptBytes[i];
        }
        return sum;
    }
}
