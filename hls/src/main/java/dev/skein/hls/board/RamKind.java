package dev.skein.hls.board;

/** What an on-chip memory is built of. */
public enum RamKind {
    /** Block RAM. */
    BRAM,
    /** UltraRAM. */
    URAM,
    /** Look-up tables used as memory; for FIFOs of a few entries. */
    LUTRAM
}
