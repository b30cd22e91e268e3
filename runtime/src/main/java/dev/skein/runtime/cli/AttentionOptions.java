package dev.skein.runtime.cli;

import dev.skein.runtime.AttentionSparsity;
import picocli.CommandLine.Option;

/** Which part of the attention is left out. */
public final class AttentionOptions {
    @Option(names = "--attention-sparsity", paramLabel = "S", defaultValue = "0",
            description = "Block-sparse attention: leave out this share of the 64 x 64 blocks of"
                    + " the attention matrix, 0 to 0.95 (default: as the model is).")
    private double sparsity;

    @Option(names = "--attention-spans", paramLabel = "CHOICE", defaultValue = "nominal",
            description = "Which blocks: ${COMPLETION-CANDIDATES}. nominal: the first block and a"
                    + " window that grows with the length, the same for all heads, the share as at"
                    + " 4096 tokens; measured: for each head, by its attention in texts that the"
                    + " model writes, needs weights (default: ${DEFAULT-VALUE}).")
    private AttentionSparsity.Choice choice;

    /** Created by picocli. */
    public AttentionOptions() {}

    AttentionSparsity wanted() {
        return new AttentionSparsity(sparsity, choice);
    }
}
