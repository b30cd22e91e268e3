package dev.skein.hls.number;

/**
 * How many weights of each row of a 16 x 16 block are stored: N of 16, at positions of their own
 * (FlightLLM, section 3.2: N:M sparsity with M = 16). 12:16 is stored sparse and computed at the
 * dense rate, since the sparse multiplexer only goes by divisors of 16.
 */
public enum SparsePattern {
    /** Nothing is stored. */
    N0(0, 0, 0),
    /** 2 of 16, the positions as two nibbles. */
    N2(2, 1, 1),
    /** 4 of 16, the positions as a mask. */
    N4(4, 2, 2),
    /** 8 of 16, the positions as a mask. */
    N8(8, 2, 4),
    /** 12 of 16, the positions as a mask. */
    N12(12, 2, 8),
    /** All 16, no positions. */
    N16(16, 0, 8);

    private final int kept;
    private final int indexBytes;
    private final int eighths;

    SparsePattern(int kept, int indexBytes, int eighths) {
        this.kept = kept;
        this.indexBytes = indexBytes;
        this.eighths = eighths;
    }

    /** Weights stored of each row of a block, of 16. */
    public int kept() {
        return kept;
    }

    /** What a strip's header holds in bits 0 to 2. */
    public int code() {
        return ordinal();
    }

    /** Bytes that say where the kept weights of a row of a block stand. */
    public int indexBytes() {
        return indexBytes;
    }

    /** Time of a block on the MPE, in eighths of a dense step over 16 columns. */
    public int eighths() {
        return eighths;
    }

    /** The pattern that keeps this many weights of 16. */
    public static SparsePattern of(int kept) {
        for (SparsePattern p : values()) {
            if (p.kept == kept) {
                return p;
            }
        }
        throw new IllegalArgumentException("pattern " + kept
                + ":16: kept weights are one of 0, 2, 4, 8, 12, 16");
    }
}
