package dev.skein.runtime.cli;

import dev.skein.compiler.gpu.Capacity;
import dev.skein.runtime.BatchRoom;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Many prompts at once. */
final class BatchOptions {
    private static final int SEQUENCES = 8;

    @Option(names = "--prompts", paramLabel = "FILE",
            description = "Run all prompts of a file at once instead of one: a line is a prompt, or"
                    + " a JSON object {\"prompt\": TEXT, \"tokens\": N}. With --device opencl"
                    + " or cuda.")
    private Path prompts;

    @Option(names = "--batch", paramLabel = "N",
            description = "Most sequences at once, with --prompts (default: " + SEQUENCES + ").")
    private Integer sequences;

    @Option(names = "--pages", paramLabel = "N",
            description = "Pages of the KV cache, 64 positions each, which the sequences share"
                    + " (default, and most that are made: as many as all sequences could fill).")
    private Integer pages;

    @Option(names = "--chunk", paramLabel = "N",
            description = "Most tokens of a step: one of each sequence that generates, the rest of"
                    + " prompts (default: " + Capacity.STEP_TOKENS + ", or --batch if that is"
                    + " more).")
    private Integer chunk;

    /** Created by picocli. */
    BatchOptions() {}

    /** The file, if there are many prompts. */
    Optional<Path> prompts() {
        if (prompts == null && (sequences != null || pages != null || chunk != null)) {
            throw new IllegalArgumentException("--batch, --pages and --chunk need --prompts FILE");
        }
        return Optional.ofNullable(prompts);
    }

    BatchRoom room() {
        int wanted = sequences == null ? SEQUENCES : sequences;
        return new BatchRoom(wanted, chunk == null ? Math.max(Capacity.STEP_TOKENS, wanted)
                : chunk, pages == null ? OptionalInt.empty() : OptionalInt.of(pages));
    }
}
