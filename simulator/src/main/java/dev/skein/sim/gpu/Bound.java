package dev.skein.sim.gpu;

/** What a kernel spends most of its time on. */
public enum Bound {
    /** Bytes from and to the GPU's memory. */
    MEMORY("GPU memory"),
    /** Products on the tensor cores. */
    TENSOR("tensor cores"),
    /** Instructions outside of the tensor cores. */
    VECTOR("integer units"),
    /** The gap between kernels. */
    LAUNCH("kernel launches");

    private final String text;

    Bound(String text) {
        this.text = text;
    }

    /** For reports. */
    public String text() {
        return text;
    }
}
