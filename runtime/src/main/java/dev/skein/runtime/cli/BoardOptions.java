package dev.skein.runtime.cli;

import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Which board a model is compiled for, and for how long a sequence. */
public final class BoardOptions {
    @Option(names = "--target", paramLabel = "BOARD", defaultValue = "u280",
            description = "Board, or a board file; with *N behind it, N cards of it that share the"
                    + " model (default: ${DEFAULT-VALUE}).")
    private String target;

    @Option(names = "--context", paramLabel = "TOKENS",
            description = "Longest sequence (default: what the model allows, at most 4096).")
    private Integer context;

    /** Created by picocli. */
    public BoardOptions() {}

    String target() {
        return target;
    }

    OptionalInt context() {
        return context == null ? OptionalInt.empty() : OptionalInt.of(context);
    }
}
