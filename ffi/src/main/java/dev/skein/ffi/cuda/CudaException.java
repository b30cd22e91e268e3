package dev.skein.ffi.cuda;

/** A call that CUDA refused: which one, with what, and why, in one line. */
public final class CudaException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int OUT_OF_MEMORY = 2;

    private final String call;
    private final int code;
    private final String codeName;
    private final String arguments;

    CudaException(String call, int code, String codeName, String arguments) {
        super(call + "(" + arguments + "): " + codeName + " (" + code + ")");
        this.call = call;
        this.code = code;
        this.codeName = codeName;
        this.arguments = arguments;
    }

    /** The function, for example {@code cuMemAlloc}. */
    public String call() {
        return call;
    }

    /** What it returned. */
    public int code() {
        return code;
    }

    /** What the driver calls the code. */
    public String codeName() {
        return codeName;
    }

    /** The arguments that may be the reason, as {@code name=value}. */
    public String arguments() {
        return arguments;
    }

    /** Whether the device had not as much memory. */
    public boolean isOutOfMemory() {
        return code == OUT_OF_MEMORY;
    }
}
