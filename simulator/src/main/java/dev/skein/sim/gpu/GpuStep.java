package dev.skein.sim.gpu;

import dev.skein.hls.board.gpu.Gpu;
import dev.skein.sim.trace.KernelTimeline;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A step of a model on a GPU.
 *
 * @param gpu on which
 * @param kernels in order
 */
public record GpuStep(Gpu gpu, List<KernelTime> kernels) {
    /** Copies the list. */
    public GpuStep {
        kernels = List.copyOf(kernels);
    }

    /** From the first launch to the end of the last kernel, seconds. */
    public double seconds() {
        return kernels.stream().mapToDouble(KernelTime::seconds).sum();
    }

    /** From and to the GPU's memory. */
    public long bytes() {
        return kernels.stream().mapToLong(k -> k.kernel().bytes()).sum();
    }

    /** The board at its power limit all the time: an upper bound, joules. */
    public double joulesAtMost() {
        return seconds() * gpu.powerW();
    }

    /** Bytes over the peak of the memory in that time, 0 to 1. */
    public double bandwidthUtilisation() {
        return bytes() / (gpu.memoryGBps() * 1e9 * seconds());
    }

    /** Seconds by what bounds the kernels; gaps are seconds of launches, and sums those of all. */
    public Map<Bound, Double> secondsByBound() {
        var out = new EnumMap<Bound, Double>(Bound.class);
        for (KernelTime k : kernels) {
            Bound bound = k.boundBy();
            out.merge(Bound.LAUNCH, bound == Bound.LAUNCH ? k.seconds() : k.launch(), Double::sum);
            if (bound != Bound.LAUNCH) {
                out.merge(bound, k.running(), Double::sum);
            }
        }
        return out;
    }

    /** What most of the time goes to. */
    public Bound boundBy() {
        return secondsByBound().entrySet().stream().max(Map.Entry.comparingByValue())
                .orElseThrow().getKey();
    }

    /** The kernels of each class, those that occur. */
    public Map<KernelClass, ClassTime> byClass() {
        var out = new EnumMap<KernelClass, ClassTime>(KernelClass.class);
        for (KernelClass kind : KernelClass.values()) {
            List<KernelTime> own = kernels.stream().filter(k -> k.kernel().kind() == kind)
                    .toList();
            if (!own.isEmpty()) {
                var step = new GpuStep(gpu, own);
                out.put(kind, new ClassTime(own.size(), step.seconds(), step.bytes(),
                        step.boundBy()));
            }
        }
        return out;
    }

    /** Writes its kernels into a timeline. */
    public void trace(KernelTimeline timeline, String name) {
        for (KernelTime k : kernels) {
            timeline.kernel(new KernelTimeline.Span(k.kernel().name(), k.kernel().kind().text(),
                    k.start(), k.start() + k.running(), k.kernel().bytes(),
                    k.kernel().tensorMacs(), k.boundBy().text()));
        }
        timeline.endStep(name, seconds());
    }

    /**
     * The kernels of a class.
     *
     * @param launches how many
     * @param seconds their time, gaps included
     * @param bytes moved
     * @param boundBy what most of that time goes to
     */
    public record ClassTime(int launches, double seconds, long bytes, Bound boundBy) {}
}
