package dev.skein.sim.storage;

/**
 * A part of the work on one head: select, read, multiply with q, softmax, multiply with V. Any of
 * them may be empty. Pages of both products are asked for together.
 *
 * @param operation what is done to the pages; programs and erases have no products
 * @param selectElements values that the argtopk unit takes before any address is known
 * @param logit pages of the first product
 * @param attend pages of the second, which begins after the softmax
 * @param softmaxElements scores
 * @param buffered tokens that are read from the group buffer instead
 */
public record Phase(FlashOperation operation, int selectElements, PageSet logit, PageSet attend,
        int softmaxElements, Buffered buffered) {

    /**
     * Tokens in the group buffer.
     *
     * @param bytes of them, for one product
     * @param values FP16 values for a GeMV unit
     * @param attends whether the second product takes them, too
     */
    public record Buffered(int bytes, int values, boolean attends) {
        /** None. */
        public static final Buffered NONE = new Buffered(0, 0, false);
    }

    /** Pages without any arithmetic. */
    public static Phase pages(FlashOperation operation, PageSet pages) {
        return new Phase(operation, 0, pages, PageSet.EMPTY, 0, Buffered.NONE);
    }

    /** Pages of both products. */
    public int size() {
        return logit.size() + attend.size();
    }
}
