package dev.skein.hls.board;

/**
 * One DRAM channel with an in-order, open-page controller. Times are kernel cycles, rounded up.
 *
 * @param bytesPerCycle data bus
 * @param accessBytes smallest access; transfers are rounded outwards to it
 * @param banks banks, each with one open row
 * @param rowBytes row (page) of one bank
 * @param nRCD activate to first data command
 * @param nRP precharge to activate
 * @param nRAS activate to precharge of the same bank
 * @param nTURN idle data bus between a read and a write or a write and a read
 * @param nRFC duration of a refresh
 * @param nREFI time between refreshes, more than nRFC
 * @param latencyCycles from the last data beat at the channel to the end of the instruction
 */
public record Dram(int bytesPerCycle, int accessBytes, int banks, int rowBytes, int nRCD, int nRP,
        int nRAS, int nTURN, int nRFC, int nREFI, int latencyCycles) {}
