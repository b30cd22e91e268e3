package dev.skein.sim.csd.flash;

/** A page was not programmed; its block is bad from now on, its earlier pages stay readable. */
public final class ProgramFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ProgramFailedException(String message) {
        super(message);
    }
}
