package dev.skein.sim.rtl;

/**
 * What a VPU takes in a cycle: up to 16 kept weights of one row, in DSP groups of two, each of
 * one block of 16 columns. See {@code skein_vpu.sv}.
 *
 * @param weights int8, one a slice; 0 where there is none
 * @param columns of the weights inside of their blocks, 0 to 15
 * @param blocks index of the block of each group
 * @param scales integer scale of each group, 0 to 255
 * @param cascade bit g: group g goes on with the sum of group g - 1
 */
record ChainStep(byte[] weights, byte[] columns, int[] blocks, int[] scales, int cascade) {
    /** DSP groups of a chain: 16 slices. */
    static final int GROUPS = 8;

    /** Weights of a step. */
    static final int SLICES = 2 * GROUPS;
}
