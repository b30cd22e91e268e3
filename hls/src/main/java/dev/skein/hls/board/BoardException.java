package dev.skein.hls.board;

/** A board file that cannot be used; the message is one line naming file, key and rule. */
public final class BoardException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line to show. */
    public BoardException(String message) {
        super(message);
    }
}
