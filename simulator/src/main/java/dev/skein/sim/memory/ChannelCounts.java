package dev.skein.sim.memory;

/**
 * What one channel did in a run.
 *
 * @param bytes physical bytes moved, rounded outwards to accesses
 * @param dataTicks ticks of the memory clock in which the data bus moved something
 * @param rowHits segments that found their row open
 * @param rowMisses segments that found their bank closed
 * @param rowConflicts segments that found another row open
 * @param refreshes refreshes started
 */
public record ChannelCounts(long bytes, long dataTicks, long rowHits, long rowMisses,
        long rowConflicts, long refreshes) {
    /** Nothing happened. */
    public static final ChannelCounts ZERO = new ChannelCounts(0, 0, 0, 0, 0, 0);

    /** The sum over two channels. */
    public ChannelCounts plus(ChannelCounts o) {
        return new ChannelCounts(bytes + o.bytes, dataTicks + o.dataTicks, rowHits + o.rowHits,
                rowMisses + o.rowMisses, rowConflicts + o.rowConflicts, refreshes + o.refreshes);
    }
}
