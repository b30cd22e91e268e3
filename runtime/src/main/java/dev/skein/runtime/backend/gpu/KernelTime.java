package dev.skein.runtime.backend.gpu;

/**
 * What the launches of a kernel took in a step, by the clock of the device.
 *
 * @param kernel its name
 * @param launches how many
 * @param micros of all of them, us
 * @param weightBytes packed weights that they read, with their scales
 */
public record KernelTime(String kernel, int launches, double micros, long weightBytes) {

    /** Together with more of the same kernel. */
    KernelTime plus(KernelTime other) {
        return new KernelTime(kernel, launches + other.launches, micros + other.micros,
                weightBytes + other.weightBytes);
    }

    /** Weights read in a second, 10^9 bytes; 0 for kernels that read none. */
    public double weightGBps() {
        return weightBytes / micros / 1e3;
    }
}
