package dev.skein.sim.functional;

import jdk.incubator.vector.VectorShape;

/**
 * How the arithmetic is done on the host. All modes give the same bits.
 *
 * @param vector whether to use the Vector API; otherwise the scalar reference
 * @param threads how many threads share large matrix instructions and loads, at least 1
 */
public record ExecutionMode(boolean vector, int threads) {
    /** System property; {@code false} turns the Vector API off. */
    public static final String VECTOR_PROPERTY = "skein.vector";

    /** The scalar reference on one thread. */
    public static final ExecutionMode SCALAR = new ExecutionMode(false, 1);

    /** Vectors of this many bits are what the kernels are written in. */
    private static final int VECTOR_BITS = 256;

    /** Checks the number of threads. */
    public ExecutionMode {
        if (threads < 1) {
            throw new IllegalArgumentException("threads " + threads + ": at least 1");
        }
    }

    /**
     * Vectors where the processor has them at 256 bits (narrower ones would be emulated, which is
     * slower than scalar code) and two threads where it has two.
     */
    public static ExecutionMode fastest() {
        boolean wide = VectorShape.preferredShape().vectorBitSize() >= VECTOR_BITS;
        boolean wanted = !"false".equals(System.getProperty(VECTOR_PROPERTY));
        return new ExecutionMode(wide && wanted,
                Math.min(2, Runtime.getRuntime().availableProcessors()));
    }
}
