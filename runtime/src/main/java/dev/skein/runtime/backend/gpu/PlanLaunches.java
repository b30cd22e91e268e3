package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.Argument;
import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.Launch;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.runtime.device.DeviceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The launches of a plan, each with a kernel whose fixed arguments are set once. */
final class PlanLaunches {

    /** An argument that the step decides. */
    private record Open(int index, Count value) {}

    /** @param weights buffers of packed weights that it reads */
    private record Bound(GpuKernel kernel, Grid grid, List<Open> open, List<PlanBuffer> weights) {
        long weightBytes() {
            return weights.stream().mapToLong(PlanBuffer::bytes).sum();
        }

        List<PlanBuffer.Matrix> matrices() {
            return weights.stream().map(w -> (PlanBuffer.Matrix) w.content()).toList();
        }
    }

    private final GroupSizes sizes;
    private final List<Bound> decode;
    private final List<Bound> prefill;

    PlanLaunches(KernelPlan plan, PlanBuffers buffers, GpuDevice device) {
        sizes = device.groupSizes();
        decode = plan.decode().stream().map(l -> bind(plan, l, buffers, device)).toList();
        prefill = plan.prefill().stream().map(l -> bind(plan, l, buffers, device)).toList();
    }

    private Bound bind(KernelPlan plan, Launch launch, PlanBuffers buffers, GpuDevice device) {
        GpuKernel kernel = device.kernel(launch.kernel());
        int items = sizes.items(launch.grid());
        if (kernel.maxGroupItems() < items) {
            throw new DeviceException("kernel " + launch.kernel() + " needs work groups of " + items
                    + " items, the device allows " + kernel.maxGroupItems()
                    + ": choose another device");
        }
        List<Open> open = new ArrayList<>();
        Set<Integer> weights = new LinkedHashSet<>();
        for (int i = 0; i < launch.arguments().size(); i++) {
            switch (launch.arguments().get(i)) {
                case Argument.Memory(int buffer) -> {
                    kernel.set(i, buffers.get(buffer));
                    if (plan.buffers().get(buffer).content() instanceof PlanBuffer.Matrix) {
                        weights.add(buffer);
                    }
                }
                case Argument.Whole(int value) -> kernel.setInt(i, value);
                case Argument.Large(long value) -> kernel.setLong(i, value);
                case Argument.Real(float value) -> kernel.setFloat(i, value);
                case Argument.Local(int bytes) -> kernel.setLocal(i, (long) bytes * items);
                case Argument.Variable(Count value) -> open.add(new Open(i, value));
            }
        }
        return new Bound(kernel, launch.grid(), List.copyOf(open), weights.stream()
                .map(plan.buffers()::get).toList());
    }

    /** Enqueues a step. */
    void run(int position, int tokens) {
        for (Bound bound : tokens == 1 ? decode : prefill) {
            ready(bound, position, tokens).launch(sizes.range(bound.grid, position, tokens));
        }
    }

    /** Runs a step of one token and takes times. */
    List<KernelTime> profile(int position) {
        Map<String, KernelTime> times = new HashMap<>();
        for (LaunchTime time : times(position, 1)) {
            times.merge(time.kernel(), new KernelTime(time.kernel(), 1, time.micros(),
                    time.weightBytes()), KernelTime::plus);
        }
        return times.values().stream()
                .sorted(Comparator.comparingDouble(KernelTime::micros).reversed()).toList();
    }

    /** Runs a step and takes the time of each launch, in order. */
    List<LaunchTime> times(int position, int tokens) {
        List<LaunchTime> times = new ArrayList<>();
        for (Bound bound : tokens == 1 ? decode : prefill) {
            long nanos = ready(bound, position, tokens)
                    .time(sizes.range(bound.grid, position, tokens));
            times.add(new LaunchTime(bound.kernel.name(), bound.matrices(), bound.weightBytes(),
                    nanos / 1e3));
        }
        return times;
    }

    private static GpuKernel ready(Bound bound, int position, int tokens) {
        for (Open open : bound.open) {
            bound.kernel.setInt(open.index, open.value.in(position, tokens));
        }
        return bound.kernel;
    }
}
