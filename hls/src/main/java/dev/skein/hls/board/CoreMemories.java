package dev.skein.hls.board;

import dev.skein.hls.isa.Memory;

/**
 * The off-chip memories as one core sees them; cores may have different numbers of channels.
 *
 * @param hbm the core's striped group of pseudo-channels: weights and KV cache
 * @param param the core's pseudo-channels for parameters; may have none
 * @param ddr memory shared by all cores
 * @param fetch the core's HBM channel for instructions; none unless the board fetches from HBM
 */
public record CoreMemories(OffChipMemory hbm, OffChipMemory param, OffChipMemory ddr,
        OffChipMemory fetch) {

    /** The memory of this name. */
    public OffChipMemory memory(Memory memory) {
        return switch (memory) {
            case HBM -> hbm;
            case PARAM -> param;
            case DDR -> ddr;
        };
    }
}
