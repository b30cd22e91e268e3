package dev.skein.sim.fpga;

/** A program that cannot run on a board, or that stops running; the message is one line. */
public final class SimulationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public SimulationException(String message) {
        super(message);
    }
}
