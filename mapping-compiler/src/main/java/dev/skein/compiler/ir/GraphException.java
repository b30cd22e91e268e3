package dev.skein.compiler.ir;

/** A graph breaks a rule; the message is one line that names graph, value, rule and finding. */
public final class GraphException extends RuntimeException {
    /** @param message one line */
    public GraphException(String message) {
        super(message);
    }

    GraphException(String message, Throwable cause) {
        super(message, cause);
    }
}
