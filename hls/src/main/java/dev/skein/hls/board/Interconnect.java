package dev.skein.hls.board;

import java.util.Optional;

/**
 * Links between cores, and between cards.
 *
 * @param broadcastBytesPerCycle width of the broadcast bus
 * @param crossingCycles SLR crossing, paid once a broadcast
 * @param barrierCycles from the arrival of the last core at a SYNC until all go on
 * @param cards how the host reaches a card, where the board says it
 */
public record Interconnect(int broadcastBytesPerCycle, int crossingCycles, int barrierCycles,
        Optional<CardLink> cards) {
    /** Without what several cards need. */
    public Interconnect(int broadcastBytesPerCycle, int crossingCycles, int barrierCycles) {
        this(broadcastBytesPerCycle, crossingCycles, barrierCycles, Optional.empty());
    }

    /** Cycles of a broadcast. */
    public long broadcastCycles(long bytes) {
        return Math.ceilDiv(bytes, (long) broadcastBytesPerCycle) + crossingCycles;
    }
}
