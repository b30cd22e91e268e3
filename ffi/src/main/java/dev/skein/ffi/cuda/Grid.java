package dev.skein.ffi.cuda;

/**
 * How many threads a launch has.
 *
 * @param blocksX blocks in x
 * @param blocksY blocks in y
 * @param blocksZ blocks in z
 * @param threads of a block
 * @param sharedBytes of memory that a block gets at the launch
 */
public record Grid(int blocksX, int blocksY, int blocksZ, int threads, int sharedBytes) {
    private static final int MAX_Y = 65535;
    private static final int MAX_THREADS = 1024;

    /** Checks the limits of every device since 2012. */
    public Grid {
        if (blocksX < 1 || blocksY < 1 || blocksY > MAX_Y || blocksZ < 1 || blocksZ > MAX_Y
                || threads < 1 || threads > MAX_THREADS || sharedBytes < 0) {
            throw new IllegalArgumentException("grid of " + blocksX + " x " + blocksY + " x "
                    + blocksZ + " blocks, " + threads + " threads, " + sharedBytes
                    + " shared bytes: allowed are 1 or more x 1 to " + MAX_Y + " x 1 to " + MAX_Y
                    + ", 1 to " + MAX_THREADS + ", 0 or more");
        }
    }

    /** Two dimensions. */
    public Grid(int blocksX, int blocksY, int threads, int sharedBytes) {
        this(blocksX, blocksY, 1, threads, sharedBytes);
    }

    /** At least {@code n} threads in a row of blocks. */
    public static Grid of(int n, int threads) {
        return new Grid(Math.ceilDiv(n, threads), 1, threads, 0);
    }

    /**
     * A second dimension of any size, in y and z.
     *
     * @throws IllegalArgumentException if no z divides y so that y is small enough
     */
    public static Grid of(int blocksX, int y, int threads, int sharedBytes) {
        int z = Math.ceilDiv(y, MAX_Y);
        while (z < MAX_Y && y % z != 0) {
            z++;
        }
        return new Grid(blocksX, y / z, z, threads, sharedBytes);
    }
}
