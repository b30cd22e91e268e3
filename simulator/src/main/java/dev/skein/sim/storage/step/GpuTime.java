package dev.skein.sim.storage.step;

/** How long a GPU takes; a better model of it goes in here. */
public interface GpuTime {

    /**
     * Kernels that follow each other.
     *
     * @param flops FP16 operations, a multiply-accumulate is two
     * @param bytes moved from and to the GPU's memory
     * @param kernels launched
     */
    double seconds(double flops, double bytes, int kernels);
}
