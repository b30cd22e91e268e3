package dev.skein.sim.rtl;

/** The hardware in co-simulation stopped before the end of a step. One line: where and why. */
public final class CoSimulationException extends RuntimeException {
    /** With the one line. */
    CoSimulationException(String message) {
        super(message);
    }
}
