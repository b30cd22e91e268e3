package dev.skein.sim.csd;

/**
 * The cache of a task: a batch of sequences of one model.
 *
 * @param sequences of the batch
 * @param layers 1 to 65535
 * @param kvHeads heads of keys and values a layer on this drive, 1 to 65535
 * @param headDim entries of a head, d
 * @param pageChannels entries of the head in a page of the second copy of K
 */
public record TaskShape(int sequences, int layers, int kvHeads, int headDim, int pageChannels) {
    static final int MAX = 0xffff;

    private static final int MAX_HEADS = 1 << 20;

    /** Refuses what addresses have no room for. */
    public TaskShape {
        require("sequences", sequences);
        require("layers", layers);
        require("kvHeads", kvHeads);
        require("headDim", headDim);
        require("pageChannels", pageChannels);
        if (pageChannels > headDim) {
            throw new IllegalArgumentException("pageChannels: " + pageChannels
                    + "; a head has " + headDim + " entries");
        }
        if ((long) sequences * layers * kvHeads > MAX_HEADS) {
            throw new IllegalArgumentException(sequences + " sequences x " + layers
                    + " layers x " + kvHeads + " heads; at most " + MAX_HEADS + " together");
        }
    }

    private static void require(String field, int value) {
        if (value < 1 || value > MAX) {
            throw new IllegalArgumentException(field + ": " + value + "; 1 to " + MAX);
        }
    }

    /** Values of one token of a layer, of K or of V. */
    public int rowValues() {
        return kvHeads * headDim;
    }
}
