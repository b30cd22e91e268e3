package dev.skein.runtime.device;

/** A device that is not there, or cannot do what is asked; the message is one line for people. */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, where, and what to do. */
    public DeviceException(String message) {
        super(message);
    }

    /** What is wrong, where, and what to do; and what the driver said. */
    public DeviceException(String message, Throwable cause) {
        super(message, cause);
    }
}
