package dev.skein.hls.board.host;

/**
 * A GPU and the machine it is in.
 *
 * @param name what the file calls it
 * @param description one line
 * @param gpu the accelerator
 * @param memoryBytes of the host, what a KV cache may take of it
 * @param linkGBps between the GPU and all that is outside of it, each direction
 * @param linkNanos latency of a transfer
 */
public record Host(String name, String description, Gpu gpu, long memoryBytes, double linkGBps,
        double linkNanos) {

    /**
     * What a roofline needs of a GPU.
     *
     * @param memoryBytes of it
     * @param memoryGBps peak
     * @param teraFlops FP16 with FP32 accumulation, peak, dense
     * @param memoryPercent what large kernels reach of the bandwidth
     * @param flopsPercent what large kernels reach of the FLOP/s
     * @param launchNanos of a kernel
     */
    public record Gpu(long memoryBytes, double memoryGBps, double teraFlops, int memoryPercent,
            int flopsPercent, double launchNanos) {}
}
