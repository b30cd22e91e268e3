package dev.skein.compiler.fpga;

/** A model that a board cannot take; the message is one sentence that says what would help. */
public final class FpgaException extends RuntimeException {
    /** With a one-line message. */
    public FpgaException(String message) {
        super(message);
    }
}
