package dev.skein.sim.memory;

import dev.skein.hls.board.OffChipMemory;
import dev.skein.hls.board.TransferRates;

/** How long a data mover that is slower than the memory takes for a request. */
public final class DataMover {
    private DataMover() {}

    /**
     * Ticks of the memory clock.
     *
     * @param bytes of a request to one channel
     * @param percent of the channel's rate
     */
    public static long ticks(OffChipMemory memory, long bytes, int percent) {
        return Math.ceilDiv(bytes * TransferRates.FULL_PERCENT,
                (long) memory.dram().bytesPerTick() * percent);
    }
}
