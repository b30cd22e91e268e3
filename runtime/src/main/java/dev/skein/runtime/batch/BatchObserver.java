package dev.skein.runtime.batch;

/** Is told what a batch does. */
public interface BatchObserver {

    /**
     * A request has another token.
     *
     * @param logits it was chosen from, {@code [vocab]}
     */
    default void token(int request, int token, float[] logits) {
    }

    /** A request is done. */
    default void finished(BatchResult result) {
    }
}
