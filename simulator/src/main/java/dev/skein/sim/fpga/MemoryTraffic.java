package dev.skein.sim.fpga;

import dev.skein.sim.memory.ChannelCounts;

/**
 * What moved between one kind of memory and the cores.
 *
 * @param readBytes payload of loads
 * @param writtenBytes payload of stores
 * @param channels how many channels the program could use
 * @param counts sum over these channels; its bytes are physical, rounded outwards to accesses
 * @param busiestDataCycles data cycles of the busiest channel
 */
public record MemoryTraffic(long readBytes, long writtenBytes, int channels, ChannelCounts counts,
        long busiestDataCycles) {

    /** Bytes that crossed the pins. */
    public long physicalBytes() {
        return counts.bytes();
    }
}
