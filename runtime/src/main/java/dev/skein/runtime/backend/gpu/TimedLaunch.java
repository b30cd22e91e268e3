package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.PlanBuffer;
import java.util.List;

/**
 * What a launch of a step took, by the clock of the device.
 *
 * @param kernel its name
 * @param matrices that it reads
 * @param weightBytes of them, packed, with their scales
 * @param micros us
 */
public record TimedLaunch(String kernel, List<PlanBuffer.Matrix> matrices, long weightBytes,
        double micros) {
    /** Copies the list. */
    public TimedLaunch {
        matrices = List.copyOf(matrices);
    }
}
