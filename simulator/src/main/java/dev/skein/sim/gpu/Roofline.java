package dev.skein.sim.gpu;

import dev.skein.hls.board.gpu.Gpu;
import java.util.ArrayList;
import java.util.List;

/**
 * How long kernels take on a GPU.
 *
 * @param gpu its constants
 */
public record Roofline(Gpu gpu) {
    private static final double PERCENT = 100;
    private static final double TERA = 1e12;
    private static final double GIGA = 1e9;
    /** A multiply-accumulate counts as two operations in every peak. */
    private static final int OPERATIONS = 2;

    /** Kernels that follow each other in one stream. */
    public GpuStep run(List<Kernel> kernels) {
        var times = new ArrayList<KernelTime>();
        double now = 0;
        for (Kernel kernel : kernels) {
            KernelTime time = time(kernel, now);
            times.add(time);
            now += time.seconds();
        }
        return new GpuStep(gpu, times);
    }

    private KernelTime time(Kernel kernel, double now) {
        Gpu.Peaks peaks = gpu.peaks();
        Gpu.Reach reach = gpu.reach();
        double launch = gpu.overhead().launchNanos() / GIGA;
        double bandwidth = gpu.memoryGBps() * GIGA
                * kernel.kind().memoryPercent(reach, kernel.width()) / PERCENT;
        double tensor = (kernel.int8() && peaks.int8Tera() > 0 ? peaks.int8Tera()
                : peaks.halfTera()) * TERA * kernel.kind().tensorPercent(reach) / PERCENT;
        double vector = peaks.vectorTera() * TERA * reach.vector() / PERCENT;
        return new KernelTime(kernel, now + launch, launch, kernel.bytes() / bandwidth,
                OPERATIONS * kernel.tensorMacs() / tensor,
                OPERATIONS * kernel.instructions() / vector,
                gpu.overhead().kernelNanos() / GIGA);
    }
}
