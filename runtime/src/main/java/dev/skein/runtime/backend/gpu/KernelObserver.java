package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.StepLengths;
import java.util.List;

/** Is told what a device did in each step. */
@FunctionalInterface
public interface KernelObserver {

    /**
     * A launch; times are ns of the device's clock since the first one of its step.
     *
     * @param kernel its name
     * @param fromNanos its start
     * @param toNanos its end
     * @param weightBytes packed weights that it reads, with their scales
     */
    record Span(String kernel, long fromNanos, long toNanos, long weightBytes) {}

    /**
     * A step is over.
     *
     * @param lengths of the step
     * @param spans its launches in order; they do not overlap
     */
    void step(StepLengths lengths, List<Span> spans);
}
