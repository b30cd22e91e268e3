package dev.skein.sim.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;

/**
 * A dispatched instruction.
 *
 * @param source the instruction
 * @param registers as dispatched
 * @param bases base registers as dispatched; shared, not to be changed
 * @param work what it asks of its unit
 * @param macs multiply-accumulates, for the energy estimate
 * @param laneOperations elements that pass a lane of the SFU, for the energy estimate
 * @param onChipBytes bytes read from and written to on-chip buffers, for the energy estimate
 */
record Operation(Instruction source, Registers registers, long[] bases, Work work, long macs,
        long laneOperations, long onChipBytes) {}
