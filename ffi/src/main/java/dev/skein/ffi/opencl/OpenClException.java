package dev.skein.ffi.opencl;

import java.util.Optional;

/** A call that OpenCL refused: which one, with what, and why, in one line. */
public final class OpenClException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String call;
    private final int code;
    private final String arguments;
    private final String buildLog;

    OpenClException(String call, int code, String arguments) {
        this(call, code, arguments, null);
    }

    OpenClException(String call, int code, String arguments, String buildLog) {
        super(call + "(" + arguments + "): " + ErrorCode.nameOf(code) + " (" + code + ")"
                + (buildLog == null ? "" : ": " + firstError(buildLog)));
        this.call = call;
        this.code = code;
        this.arguments = arguments;
        this.buildLog = buildLog;
    }

    /** The function of OpenCL, for example {@code clCreateBuffer}. */
    public String call() {
        return call;
    }

    /** What it returned. */
    public int code() {
        return code;
    }

    /** The name of the code in OpenCL's header. */
    public String codeName() {
        return ErrorCode.nameOf(code);
    }

    /** The arguments that may be the reason, as {@code name=value}. */
    public String arguments() {
        return arguments;
    }

    /** What the compiler of the device said, where a program does not compile. */
    public Optional<String> buildLog() {
        return Optional.ofNullable(buildLog);
    }

    /** Whether the device or the host had no memory, or never has as much at once. */
    public boolean isOutOfMemory() {
        return ErrorCode.isOutOfMemory(code);
    }

    /** The log's first line that speaks of an error, else its first line. */
    private static String firstError(String log) {
        return log.lines().filter(line -> line.contains("error")).findFirst()
                .or(() -> log.lines().filter(line -> !line.isBlank()).findFirst())
                .map(String::strip)
                .orElse("the compiler left no log");
    }
}
