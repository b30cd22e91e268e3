package dev.skein.sim.storage;

/** The drive did not do what it was asked for; the message is one line. */
public final class DriveFaultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public DriveFaultException(String message) {
        super(message);
    }
}
