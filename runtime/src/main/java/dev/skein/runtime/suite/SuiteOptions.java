package dev.skein.runtime.suite;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.runtime.DeviceChoice;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure.
 *
 * @param device where
 * @param scale lengths and batch
 * @param model whose shapes; by default that of the scale
 * @param weights scheme of the whole model
 * @param parts those to be run
 * @param runs counted ones, at least 1, after one that is not
 * @param gpu its file, for predictions; empty if there is none
 */
public record SuiteOptions(DeviceChoice device, SuiteScale scale, Optional<String> model,
        String weights, Set<SuitePart> parts, int runs, Optional<Gpu> gpu) {
    /** Copies the set and checks the number of runs. */
    public SuiteOptions {
        Objects.requireNonNull(device, "device");
        Objects.requireNonNull(scale, "scale");
        parts = Set.copyOf(parts);
        if (runs < 1) {
            throw new IllegalArgumentException("runs " + runs + ": at least 1");
        }
    }

    /** Whose shapes. */
    public String modelName() {
        return model.orElse(scale.model());
    }
}
