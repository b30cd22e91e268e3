package dev.skein.runtime.batch;

/** Is told what a batch does. */
public interface BatchObserver {

    /**
     * Whether it wants logits: then a device hands them out and chooses nothing itself. The
     * tokens are the same.
     */
    default boolean wantsLogits() {
        return false;
    }

    /**
     * What the next token of a request is chosen from.
     *
     * @param logits {@code [vocab]}
     */
    default void logits(int request, float[] logits) {
    }

    /** A request has another token. */
    default void token(int request, int token) {
    }

    /** A request is done. */
    default void finished(BatchResult result) {
    }
}
