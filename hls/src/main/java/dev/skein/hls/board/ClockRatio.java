package dev.skein.hls.board;

/**
 * The exact ratio between a memory clock and the kernel clock. A memory keeps time in ticks of its
 * own clock, which is not slower than the kernel's; only the points at which it meets the kernel
 * are rounded, once, to the later edge.
 *
 * @param memory ticks of the memory clock ...
 * @param kernel ... in the time of this many kernel cycles; both without a common factor
 */
public record ClockRatio(long memory, long kernel) {

    /** Reduces the fraction. */
    public ClockRatio {
        if (kernel < 1 || memory < kernel) {
            throw new IllegalArgumentException("memory clock " + memory + ", kernel clock " + kernel
                    + "; allowed: kernel clock at least 1, memory clock not less");
        }
        long a = memory;
        long b = kernel;
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        memory /= a;
        kernel /= a;
    }

    /** Of two clocks, kHz. */
    public static ClockRatio ofMHz(double memoryMHz, double kernelMHz) {
        return new ClockRatio(Math.round(memoryMHz * 1e3), Math.round(kernelMHz * 1e3));
    }

    /** The first tick that begins not before a kernel cycle. */
    public long ticks(long cycle) {
        return Math.ceilDiv(Math.multiplyExact(cycle, memory), kernel);
    }

    /** Ticks that are over at the start of a kernel cycle. */
    public long ticksBefore(long cycle) {
        return Math.multiplyExact(cycle, memory) / kernel;
    }

    /** The first kernel cycle that begins not before a tick. */
    public long cycles(long tick) {
        return Math.ceilDiv(Math.multiplyExact(tick, kernel), memory);
    }
}
