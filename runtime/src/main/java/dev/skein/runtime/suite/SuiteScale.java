package dev.skein.runtime.suite;

import java.util.List;
import java.util.Locale;

/** How large the suite's work is. */
public enum SuiteScale {
    /** LLaMA2-7B: needs about 6 GB on the device. */
    FULL("llama2-7b", List.of(512, 128, 1024, 4096), List.of(1024, 512, 256), 32, 512),
    /** The bundled model: seconds, for tests and for a first look. */
    SMALL("tales", List.of(32, 16), List.of(64, 32, 16), 4, 64);

    private final String model;
    private final List<Integer> contexts;
    private final List<Integer> prompts;
    private final int batch;
    private final int batchContext;

    SuiteScale(String model, List<Integer> contexts, List<Integer> prompts, int batch,
            int batchContext) {
        this.model = model;
        this.contexts = contexts;
        this.prompts = prompts;
        this.batch = batch;
        this.batchContext = batchContext;
    }

    /** Whose shapes. */
    String model() {
        return model;
    }

    /** Tokens in the cache after a decode step, in the order of their rows. */
    List<Integer> contexts() {
        return contexts;
    }

    /** Tokens of prompts, in the order of their rows. */
    List<Integer> prompts() {
        return prompts;
    }

    /** Sequences of a batch. */
    int batch() {
        return batch;
    }

    /** Tokens in the cache of each of them after the step. */
    int batchContext() {
        return batchContext;
    }

    /** Lower case, as on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
