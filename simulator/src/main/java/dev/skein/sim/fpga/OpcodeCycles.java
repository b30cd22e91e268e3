package dev.skein.sim.fpga;

/**
 * Executions of one opcode on all cores.
 *
 * @param count instructions
 * @param cycles sum of the cycles they occupied their unit
 */
public record OpcodeCycles(long count, long cycles) {}
