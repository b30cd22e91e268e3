package dev.skein.hls.isa;

/**
 * The exchange region in the DDR of each card: gathered rows, then what each core sends, then what
 * each core keeps from one segment to the next.
 *
 * @param start first byte in DDR
 * @param cores of a card
 * @param gatheredBytes of the rows
 * @param sentBytes of a core
 * @param keptBytes of a core
 */
record ExchangeLayout(long start, int cores, long gatheredBytes, long sentBytes, long keptBytes) {
    /** Offset of what a core of the card sends. */
    long sent(int core) {
        return gatheredBytes + core * sentBytes;
    }

    /** Offset of what a core of the card keeps. */
    long kept(int core) {
        return gatheredBytes + cores * sentBytes + core * keptBytes;
    }

    /** Size of the region. */
    long bytes() {
        return gatheredBytes + cores * (sentBytes + keptBytes);
    }
}
