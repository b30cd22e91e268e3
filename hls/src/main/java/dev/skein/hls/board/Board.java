package dev.skein.hls.board;

import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Memory;
import java.util.List;

/**
 * A target card. Durations without another unit are cycles of the kernel clock.
 *
 * @param name as on the command line
 * @param description one line for reports
 * @param clockMHz kernel clock
 * @param cores computing cores, one per SLR on the U280
 * @param buffers on-chip buffers of one core
 * @param control sequencer, queues and tokens
 * @param fetch instruction fetch of one core
 * @param mpe matrix processing engine of one core
 * @param sfu special function unit of one core
 * @param sys links between cores
 * @param memories off-chip memories, by core
 * @param hbmChannels pseudo-channels on the card, also those no core uses
 * @param hbmSwitch between the AXI ports and the pseudo-channels
 * @param mapping how work is laid out on the overlay
 * @param energy coefficients of the energy estimate
 * @param priceUSD list price, for cost per token
 * @param fabric what the card is made of and the overlay is built of
 */
public record Board(String name, String description, double clockMHz, int cores,
        BufferSizes buffers, Control control, Fetch fetch, MatrixEngine mpe, VectorEngine sfu,
        Interconnect sys, List<CoreMemories> memories, int hbmChannels, AxiSwitch hbmSwitch,
        Mapping mapping, Energy energy, double priceUSD, Fabric fabric) {

    /** Copies the list; each core needs its memories. */
    public Board {
        memories = List.copyOf(memories);
        if (memories.size() != cores) {
            throw new IllegalArgumentException(memories.size() + " memories of " + cores
                    + " cores");
        }
    }

    /** The memory that a core reaches under this name; DDR is the same one for all cores. */
    public OffChipMemory memory(Memory memory, int core) {
        return memories.get(core).memory(memory);
    }

    /** Duration of this many kernel cycles, seconds. */
    public double seconds(long cycles) {
        return cycles / (clockMHz * 1e6);
    }

    /** The data sheet peak of HBM, all pseudo-channels of the card, 10^9 bytes per second. */
    public double hbmPeakGBps() {
        return hbmChannels * memories.getFirst().hbm().dram().peakGBps(clockMHz);
    }

    /** Bytes all HBM pseudo-channels of the card move in one kernel cycle at that peak. */
    public double hbmPeakBytesPerCycle() {
        return hbmPeakGBps() * 1e3 / clockMHz;
    }
}
