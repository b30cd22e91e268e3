package dev.skein.sim.csd;

/**
 * Pages that attention touched of those that there are, by the filters of InstInfer.
 *
 * @param entryPages channel-indexed pages read: they hold a chosen channel (filter 1)
 * @param entryPagesStored channel-indexed pages of the head
 * @param columns columns that filter 2 kept of them
 * @param tailPages token-indexed pages read to score the tokens behind the last full span
 * @param keyPages pages of K read: they hold a chosen token (filter 3)
 * @param valuePages pages of V read, likewise
 * @param groupsStored token groups in flash, of K and of V each
 * @param rows rows that filter 4 kept of keys
 * @param bufferRows chosen tokens in the group buffer
 */
public record Touched(long entryPages, long entryPagesStored, long columns, long tailPages,
        long keyPages, long valuePages, long groupsStored, long rows, long bufferRows) {
    /** Nothing. */
    public static final Touched NONE = new Touched(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public Touched plus(Touched o) {
        return new Touched(entryPages + o.entryPages, entryPagesStored + o.entryPagesStored,
                columns + o.columns, tailPages + o.tailPages, keyPages + o.keyPages,
                valuePages + o.valuePages, groupsStored + o.groupsStored, rows + o.rows,
                bufferRows + o.bufferRows);
    }
}
