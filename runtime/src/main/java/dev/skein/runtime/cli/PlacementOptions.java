package dev.skein.runtime.cli;

import dev.skein.compiler.pass.placement.Workload;
import dev.skein.runtime.storage.StorageAttention;
import picocli.CommandLine.Option;

/** The request by which placements of a KV cache are compared. */
public final class PlacementOptions {
    @Option(names = "--batch", paramLabel = "SEQUENCES", defaultValue = "64",
            description = "With --placement: sequences decoded together (default:"
                    + " ${DEFAULT-VALUE}).")
    private int batch;

    @Option(names = "--prompt-length", paramLabel = "TOKENS", defaultValue = "1024",
            description = "With --placement: of each prompt (default: ${DEFAULT-VALUE}).")
    private int promptLength;

    @Option(names = "--output-length", paramLabel = "TOKENS", defaultValue = "1024",
            description = "With --placement: that follow (default: ${DEFAULT-VALUE}).")
    private int outputLength;

    @Option(names = "--attention", paramLabel = "FORM", defaultValue = "dense",
            converter = StorageOptions.AttentionConverter.class,
            description = "With --placement, of the drives: " + StorageAttention.FORMS
                    + " (default: ${DEFAULT-VALUE}).")
    private StorageAttention attention;

    /** Created by picocli. */
    public PlacementOptions() {}

    Workload workload() {
        return new Workload(batch, promptLength, outputLength);
    }

    StorageAttention attention() {
        return attention;
    }
}
