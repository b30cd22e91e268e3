package dev.skein.runtime.backend.gpu;

/**
 * Work items of a launch.
 *
 * @param items of the first dimension, a multiple of {@code groupItems}
 * @param groupItems of a group, all in the first dimension
 * @param y of the second dimension
 */
public record WorkRange(long items, int groupItems, int y) {
    /** Checks that groups are whole. */
    public WorkRange {
        if (items < 1 || groupItems < 1 || y < 1 || items % groupItems != 0) {
            throw new IllegalArgumentException(items + " x " + y + " items in groups of "
                    + groupItems + ": a multiple of the group, 1 or more");
        }
    }
}
