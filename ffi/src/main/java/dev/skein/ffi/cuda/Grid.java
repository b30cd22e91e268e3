package dev.skein.ffi.cuda;

/**
 * How many threads a launch has.
 *
 * @param blocksX blocks in x
 * @param blocksY blocks in y
 * @param threads of a block
 * @param sharedBytes of memory that a block gets at the launch
 */
public record Grid(int blocksX, int blocksY, int threads, int sharedBytes) {
    private static final int MAX_Y = 65535;
    private static final int MAX_THREADS = 1024;

    /** Checks the limits of every device since 2012. */
    public Grid {
        if (blocksX < 1 || blocksY < 1 || blocksY > MAX_Y || threads < 1 || threads > MAX_THREADS
                || sharedBytes < 0) {
            throw new IllegalArgumentException("grid of " + blocksX + " x " + blocksY
                    + " blocks, " + threads + " threads, " + sharedBytes + " shared bytes: allowed"
                    + " are 1 or more x 1 to " + MAX_Y + ", 1 to " + MAX_THREADS
                    + ", 0 or more");
        }
    }

    /** At least {@code n} threads in a row of blocks. */
    public static Grid of(int n, int threads) {
        return new Grid(Math.ceilDiv(n, threads), 1, threads, 0);
    }
}
