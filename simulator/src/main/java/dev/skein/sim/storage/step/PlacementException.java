package dev.skein.sim.storage.step;

/** A cache that does not fit where it should be; the message is one line. */
public final class PlacementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public PlacementException(String message) {
        super(message);
    }
}
