package dev.skein.sim.storage;

/** What is done to pages or, erasing, to the blocks they are in. */
public enum FlashOperation {
    /** Out of the array. */
    READ,
    /** Into it. */
    PROGRAM,
    /** A block. */
    ERASE
}
