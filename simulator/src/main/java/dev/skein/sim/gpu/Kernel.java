package dev.skein.sim.gpu;

import java.util.Objects;

/**
 * A launch and what it has to do.
 *
 * @param name of what it computes: {@code layer.3.qkv}
 * @param kind its class
 * @param width of the weights that it reads
 * @param bytes from and to the GPU's memory, each once
 * @param tensorMacs multiply-accumulates on the tensor cores
 * @param int8 whether those are of INT8 numbers, if the GPU has such; else of FP16 numbers
 * @param instructions on the units outside of the tensor cores, one a lane; a
 *     multiply-accumulate, or four of INT8 numbers at a time, is one
 */
public record Kernel(String name, KernelClass kind, WeightWidth width, long bytes,
        double tensorMacs, boolean int8, double instructions) {

    /** Checks that there is something to do, and nothing less than that. */
    public Kernel {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(width, "width");
        if (bytes < 0 || !(tensorMacs >= 0) || !(instructions >= 0)) {
            throw new IllegalArgumentException("kernel " + name + ": " + bytes + " bytes, "
                    + tensorMacs + " MACs, " + instructions + " instructions; none is negative");
        }
    }
}
