package dev.skein.hls.isa;

/** What executes an instruction. The first five have an in-order queue and token FIFOs. */
public enum Unit {
    /** Off-chip memory to on-chip buffer. */
    LD,
    /** On-chip buffer to off-chip memory. */
    ST,
    /** Matrix processing engine: MM and MV. */
    MPE,
    /** Special function unit: everything in binary32. */
    SFU,
    /** Between cores: broadcast and barrier. */
    SYS,
    /** The sequencer itself: loops and registers; executed at dispatch, takes no tokens. */
    SEQ;

    /** Number of units that own a queue and exchange tokens. */
    public static final int QUEUED = 5;

    /**
     * Tokens that the FIFO from one unit to another holds. A unit that would release one more waits
     * until there is room; a verified program cannot block for ever because of that.
     */
    public static final int TOKEN_DEPTH = 63;

    /** The bit of this unit in a wait or release set. */
    public int bit() {
        return 1 << ordinal();
    }
}
