package dev.skein.sim.storage;

/**
 * What a unit does in a picosecond. The waits are in the order in which a page passes what is
 * waited for; the package documentation says how a pause is divided among them.
 */
public enum Account {
    /** Working. */
    BUSY,
    /** The command is not there: PCIe, or the drive's processor. */
    WAIT_LINK,
    /** The head waits for a free place, or for an earlier phase of its own. */
    WAIT_HEAD,
    /** Page addresses are being looked up. */
    WAIT_FTL,
    /** Cells are being sensed, or the die is. */
    WAIT_FLASH,
    /** Data waits for its turn on the channel, or is on it. */
    WAIT_CHANNEL,
    /** Data is in, or before, the filter. */
    WAIT_FILTER,
    /** Data is in, or before, the DRAM. */
    WAIT_DRAM,
    /** GeMV, softmax or argtopk have it. */
    WAIT_KERNEL,
    /** Nothing more will come. */
    IDLE
}
