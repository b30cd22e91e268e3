package dev.skein.sim.fpga;

import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Registers;

/** What computes the values of a simulated step; called when an instruction starts. */
public interface Values {
    /** Timing only: nothing is computed, and gathers take rows 0, 1, 2... */
    Values NONE = new Values() {
        @Override
        public void execute(int core, Instruction instruction, Registers registers, long[] bases) {
            // timing only
        }

        @Override
        public int rowNumber(int core, long address, int r) {
            return r;
        }
    };

    /**
     * Executes one instruction of a unit completely.
     *
     * @param core whose
     * @param instruction not of the sequencer
     * @param registers as it was dispatched
     * @param bases base registers as it was dispatched, not to be changed
     */
    void execute(int core, Instruction instruction, Registers registers, long[] bases);

    /**
     * The row number a gather reads.
     *
     * @param core whose gather
     * @param address DDR address of the int32
     * @param r which row of the gather
     */
    int rowNumber(int core, long address, int r);
}
