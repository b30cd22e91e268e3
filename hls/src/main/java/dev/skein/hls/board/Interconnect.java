package dev.skein.hls.board;

/**
 * Links between cores.
 *
 * @param broadcastBytesPerCycle width of the broadcast bus
 * @param crossingCycles SLR crossing, paid once a broadcast
 * @param barrierCycles from the arrival of the last core at a SYNC until all go on
 */
public record Interconnect(int broadcastBytesPerCycle, int crossingCycles, int barrierCycles) {

    /** Cycles of a broadcast. */
    public long broadcastCycles(long bytes) {
        return Math.ceilDiv(bytes, (long) broadcastBytesPerCycle) + crossingCycles;
    }
}
