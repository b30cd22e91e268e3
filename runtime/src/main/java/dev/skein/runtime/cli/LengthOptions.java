package dev.skein.runtime.cli;

import dev.skein.compiler.fpga.LengthStrategy;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How programs serve all lengths. */
public final class LengthOptions {
    @Option(names = "--lengths", paramLabel = "STRATEGY",
            description = "parametric: one program for all lengths, by length registers, or a few"
                    + " where caches are long; buckets: FlightLLM's way, a decode program for every"
                    + " 16 tokens of context and a prefill program for every 128. The same bits"
                    + " either way (default: parametric).")
    private LengthStrategy lengths;

    /** Created by picocli. */
    public LengthOptions() {}

    Optional<LengthStrategy> asked() {
        return Optional.ofNullable(lengths);
    }

    LengthStrategy strategy() {
        return asked().orElse(LengthStrategy.PARAMETRIC);
    }
}
