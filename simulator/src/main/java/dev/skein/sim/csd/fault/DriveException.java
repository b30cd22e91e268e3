package dev.skein.sim.csd.fault;

/** A drive did not do what it was asked for: a status, and one line that says what and where. */
public final class DriveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status status;

    /** With the cause's name and the line to show. */
    public DriveException(Status status, String message) {
        super(status + ": " + message);
        this.status = status;
    }

    /** What kind of failure it is. */
    public Status status() {
        return status;
    }
}
