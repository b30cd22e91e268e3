package dev.skein.runtime.cli;

import dev.skein.runtime.backend.xrt.XrtOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which Alveo card, and which bitstream. */
public final class CardOptions {
    @Option(names = "--xclbin", paramLabel = "FILE",
            description = "For a card: its bitstream, built with 'skein vitis'.")
    private Path xclbin;

    @Option(names = "--card", paramLabel = "N", split = ",", defaultValue = "0",
            description = "For a card: which one; with commas between, those of a model that is"
                    + " compiled for several (default: ${DEFAULT-VALUE}).")
    private List<Integer> cards;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "30",
            description = "For a card: longest time of a step (default: ${DEFAULT-VALUE}).")
    private double timeoutSeconds;

    @Option(names = "--noop", description = "Go without a card through XRT's no-op shim, which"
            + " takes all that a card gets and computes nothing.")
    private boolean noop;

    /** Created by picocli. */
    public CardOptions() {}

    XrtOptions options() {
        if (!(timeoutSeconds >= 0.001 && timeoutSeconds <= 86400)) {
            throw new IllegalArgumentException("--timeout is " + timeoutSeconds
                    + " s, allowed: 0.001 to 86400");
        }
        return new XrtOptions(Optional.ofNullable(xclbin), cards,
                Duration.ofMillis(Math.round(timeoutSeconds * 1e3)), noop, Map.of());
    }

    boolean hasBitstream() {
        return xclbin != null || noop;
    }
}
