package dev.skein.ffi.xrt;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A card, its bitstream or its process cannot do what was asked: one sentence, what to do. It is
 * input and output that failed, so callers that know nothing of cards report it as such.
 */
public final class XrtException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    /** What kind of trouble. */
    public enum Failure {
        /** No card at this index, or none that this user may open. */
        NO_CARD,
        /** Another process holds the card or its bitstream. */
        BUSY,
        /** The card's shell or XRT refuses the bitstream. */
        WRONG_XCLBIN,
        /** A bank has not that much room left. */
        NO_MEMORY,
        /** A run ended in another state than completed. */
        RUN_FAILED,
        /** The watchdog ended the process. */
        TIMEOUT,
        /** The process that held the card is gone. */
        PROCESS_DIED,
        /** Another call failed. */
        OTHER
    }

    private final Failure failure;

    XrtException(Failure failure, String message) {
        super(message, new IOException(message));
        this.failure = failure;
    }

    /** What kind of trouble. */
    public Failure failure() {
        return failure;
    }
}
