package dev.skein.sim.fpga;

/**
 * What was done in a run, whenever it was done; the energy estimate charges for it.
 *
 * @param macs multiply-accumulates
 * @param laneOperations elements that passed a lane of an SFU, every sweep counted
 * @param onChipBytes bytes read from and written to on-chip buffers
 * @param instructions dispatched, those of the sequencers too
 */
public record Activity(long macs, long laneOperations, long onChipBytes, long instructions) {}
