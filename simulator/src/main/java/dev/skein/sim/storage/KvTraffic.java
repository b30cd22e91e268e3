package dev.skein.sim.storage;

/**
 * Bytes of a KV cache, and of reading it: arithmetic without time.
 *
 * @param layers of the model
 * @param kvHeads key and value heads of a layer
 * @param headDim FP16 values of one
 */
public record KvTraffic(int layers, int kvHeads, int headDim) {
    private static final int KEYS_AND_VALUES = 2;

    /** One token in one layer, K and V once. */
    public long layerBytesPerToken() {
        return (long) KEYS_AND_VALUES * kvHeads * headDim * KvLayout.VALUE_BYTES;
    }

    /** One token in all layers, K and V once. */
    public long bytesPerToken() {
        return layers * layerBytesPerToken();
    }

    /** One token in flash, where K is kept twice. */
    public long flashBytesPerToken() {
        return bytesPerToken() / 2 * 3;
    }

    /** Reads of the whole cache of one layer for every step of a decoding phase. */
    public long denseReadBytesPerLayer(int batch, int promptTokens, int outputTokens) {
        long contexts = (long) outputTokens * promptTokens
                + (long) outputTokens * (outputTokens - 1) / 2;
        return Math.multiplyExact(contexts, batch * layerBytesPerToken());
    }

    /**
     * How many times less crosses PCIe if attention is in the drive: q, k, v and the output of a
     * head instead of K and V of all its tokens. For grouped queries q and the output are wider.
     */
    public double linkReduction(int context, int queriesPerHead) {
        return (double) KEYS_AND_VALUES * context / (KEYS_AND_VALUES + 2 * queriesPerHead);
    }

    /** Elements that SparQ moves for a head, over those of dense attention. */
    public static double sparqOfDense(int context, int headDim, int r, int k) {
        double sparse = (double) context * r + 2.0 * k * headDim + 4.0 * headDim;
        return sparse / (2.0 * context * headDim + 2.0 * headDim);
    }

    /** Chance that a group of so many has at least one of the chosen, drawn without order. */
    public static double touched(int of, int chosen, int group) {
        double none = 1;
        for (int i = 0; i < group; i++) {
            none *= Math.max(0, of - chosen - i) / (double) (of - i);
        }
        return 1 - none;
    }

    /**
     * Expected page reads of SparF over those of dense attention, uniformly random selections, a
     * context that fills all pages.
     */
    public static double sparfOfDense(KvLayout layout, Attention.SparF sparf, int context) {
        double entries = touched(layout.headDim(), sparf.r(), sparf.entriesPerPage());
        double groups = touched(context, sparf.k(), layout.groupTokens());
        return entries / 2 + groups;
    }

    /** Tokens that can be written before the flash is worn out. */
    public static double enduranceTokens(double capacityBytes, int peCycles, double bytesPerToken,
            double writeAmplification) {
        return capacityBytes * peCycles / (bytesPerToken * writeAmplification);
    }
}
