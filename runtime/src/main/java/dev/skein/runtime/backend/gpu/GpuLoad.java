package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.ir.Weights;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * What to put on a device.
 *
 * @param what the model and its weight format, for people
 * @param progress is told the bytes of weights that are packed
 */
public record GpuLoad(KernelPlan plan, Weights weights, String what, IntConsumer progress) {
    /** Checks that all is there. */
    public GpuLoad {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(progress, "progress");
    }
}
