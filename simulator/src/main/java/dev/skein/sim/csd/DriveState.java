package dev.skein.sim.csd;

import dev.skein.sim.csd.flash.FlashCounts;

/**
 * What a drive holds and has done since it was opened.
 *
 * @param tasks that exist
 * @param writes acknowledged commands that changed something, since the drive was formatted
 * @param durableWrites those of them that a power cut does not undo
 * @param freeBlocks erased ones
 * @param staleBlocks those that reclaim would erase
 * @param badBlocks given up
 * @param tableBytes DRAM of the tables from logical to physical pages
 * @param bufferBytes DRAM of open groups and sums of values
 * @param hostBytes keys and values written by the host since opening
 * @param pageBytes of a page
 * @param flash what the array did
 */
public record DriveState(int tasks, long writes, long durableWrites, int freeBlocks,
        int staleBlocks, int badBlocks, long tableBytes, long bufferBytes, long hostBytes,
        int pageBytes, FlashCounts flash) {
    /** Bytes programmed for each byte of the host; 1.5 if all is in full groups and spans. */
    public double writeAmplification() {
        return hostBytes == 0 ? 0 : (double) flash.programs() * pageBytes / hostBytes;
    }
}
