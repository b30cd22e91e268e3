package dev.skein.sim.storage.step;

import dev.skein.hls.board.host.Host;

/**
 * The longer of computing and moving, at the parts of the peaks that the host file says.
 *
 * @param gpu its constants
 */
public record RooflineGpu(Host.Gpu gpu) implements GpuTime {
    private static final double PERCENT = 100;

    @Override
    public double seconds(double flops, double bytes, int kernels) {
        double compute = flops / (gpu.teraFlops() * 1e12 * gpu.flopsPercent() / PERCENT);
        double memory = bytes / (gpu.memoryGBps() * 1e9 * gpu.memoryPercent() / PERCENT);
        return Math.max(compute, memory) + kernels * gpu.launchNanos() * 1e-9;
    }
}
