package dev.skein.sim.trace;

import dev.skein.hls.board.ClockRatio;

/**
 * A request in service on a channel: from its first burst to the end of its last. Refreshes and row
 * changes in between are part of it.
 *
 * @param kind of memory, {@code HBM} or {@code DDR}
 * @param channel number on the card
 * @param write direction
 * @param from first tick
 * @param to end, tick
 * @param dataTicks ticks in which data moved
 * @param bytes physical
 * @param clock of the ticks
 */
public record ChannelSpan(String kind, int channel, boolean write, long from, long to,
        long dataTicks, long bytes, ClockRatio clock) {}
