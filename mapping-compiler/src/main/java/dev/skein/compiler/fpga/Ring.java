package dev.skein.compiler.fpga;

/**
 * Gives out places in a buffer round robin. Reuse is safe because tokens are inserted from what the
 * instructions touch: a load into a place waits for the last reader of it, and the capacity of the
 * ring is thus the depth of the prefetch.
 */
final class Ring {
    private final String name;
    private final int from;
    private final int to;
    private int next;

    /** A ring over {@code [from, to)} of the buffer {@code name}. */
    Ring(String name, int from, int to) {
        this.name = name;
        this.from = from;
        this.to = to;
        this.next = from;
    }

    /** The address of {@code bytes} contiguous bytes, aligned for int8 data. */
    int take(long bytes, String what) {
        long size = FpgaTarget.align(bytes, FpgaTarget.BUFFER_ALIGNMENT);
        if (size > to - from) {
            throw new FpgaException(what + " needs " + size + " bytes of the " + name
                    + " buffer, which has " + (to - from) + " for it: choose a smaller --context"
                    + " or fewer weight bits");
        }
        if (next + size > to) {
            next = from;
        }
        int at = next;
        next += (int) size;
        return at;
    }

    /** Goes on at the start, so that what follows gets the same places wherever it comes. */
    void restart() {
        next = from;
    }

    /** Capacity, bytes. */
    int bytes() {
        return to - from;
    }
}
