package dev.skein.hls.board;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Memory;

/**
 * A target card. All durations are cycles of the kernel clock.
 *
 * @param name as on the command line
 * @param description one line for reports
 * @param clockMHz kernel clock
 * @param cores computing cores, one per SLR on the U280
 * @param buffers on-chip buffers of one core
 * @param control sequencer, queues and tokens
 * @param mpe matrix processing engine of one core
 * @param sfu special function unit of one core
 * @param sys links between cores
 * @param hbm one core's striped group of pseudo-channels: weights and KV cache
 * @param param one core's pseudo-channel for parameters
 * @param ddr memory shared by all cores
 * @param hbmChannels pseudo-channels on the card, also those no core uses
 * @param energy coefficients of the energy estimate
 * @param priceUSD list price, for cost per token
 * @param fabric what the card is made of and the overlay is built of
 */
public record Board(String name, String description, double clockMHz, int cores,
        BufferSizes buffers, Control control, MatrixEngine mpe, VectorEngine sfu,
        Interconnect sys, OffChipMemory hbm, OffChipMemory param, OffChipMemory ddr,
        int hbmChannels, Energy energy, double priceUSD, Fabric fabric) {

    /** The memory a core reaches under this name. */
    public OffChipMemory memory(Memory memory) {
        return switch (memory) {
            case HBM -> hbm;
            case PARAM -> param;
            case DDR -> ddr;
        };
    }

    /** Duration of this many kernel cycles, seconds. */
    public double seconds(long cycles) {
        return cycles / (clockMHz * 1e6);
    }

    /** Bytes all HBM pseudo-channels of the card move in one kernel cycle: the data sheet peak. */
    public long hbmPeakBytesPerCycle() {
        return (long) hbmChannels * hbm.dram().bytesPerCycle();
    }

    /** The data sheet peak of HBM, 10^9 bytes per second. */
    public double hbmPeakGBps() {
        return hbmPeakBytesPerCycle() * clockMHz * 1e6 / 1e9;
    }
}
