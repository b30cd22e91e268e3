package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.Argument;
import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.Launch;
import dev.skein.compiler.gpu.Length;
import dev.skein.compiler.gpu.PlanBuffer;
import dev.skein.compiler.gpu.StepLengths;
import dev.skein.runtime.device.DeviceException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The launches of a plan, each with a kernel whose fixed arguments are set once. */
final class PlanLaunches {

    /** What is wanted of the logits of a step. */
    enum After {
        /** All of them. */
        LOGITS,
        /** The likeliest tokens. */
        GREEDY,
        /** Tokens by the choices in their buffer. */
        SAMPLED
    }

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

    private final GpuDevice device;
    private final GroupSizes sizes;
    private final List<Bound> decode;
    private final List<Bound> prefill;
    private final Map<After, List<Bound>> after = new EnumMap<>(After.class);

    PlanLaunches(KernelPlan plan, PlanBuffers buffers, GpuDevice device) {
        this.device = device;
        sizes = device.groupSizes();
        decode = plan.decode().stream().map(l -> bind(plan, l, buffers, device)).toList();
        prefill = plan.prefill().stream().map(l -> bind(plan, l, buffers, device)).toList();
        after.put(After.LOGITS, List.of());
        after.put(After.GREEDY, plan.sampling().greedy().stream()
                .map(l -> bind(plan, l, buffers, device)).toList());
        after.put(After.SAMPLED, plan.sampling().sampled().stream()
                .map(l -> bind(plan, l, buffers, device)).toList());
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
                case Argument.Variable(Count value) -> open.add(new Open(i, byPages(value)));
            }
        }
        byPages(launch.grid().x());
        byPages(launch.grid().y());
        return new Bound(kernel, launch.grid(), List.copyOf(open), weights.stream()
                .map(plan.buffers()::get).toList());
    }

    private static Count byPages(Count count) {
        if (count.length() == Length.CONTEXT && count.divisor() % KernelPlan.PAGE != 0) {
            throw new IllegalArgumentException(count + ": launches are repeated within a page");
        }
        return count;
    }

    /** The launches of a step; one without items, where no logits are wanted, is left out. */
    private Stream<Bound> step(StepLengths step, After wanted) {
        Stream<Bound> own = (step.tokens() == 1 ? decode : prefill).stream();
        return Stream.concat(own, after.get(wanted).stream())
                .filter(bound -> hasItems(bound.grid, step));
    }

    /**
     * What the launches of a step follow from: nothing depends on the context but by whole pages.
     *
     * @param pages of the longest sequence
     */
    private record Repeated(int tokens, int outputs, int pages, After wanted) {}

    /**
     * Enqueues a step. One in which every sequence generates is like those that follow, until the
     * longest sequence begins a page.
     */
    void run(StepLengths step, After wanted) {
        Runnable launches = () -> step(step, wanted).forEach(bound -> ready(bound, step)
                .launch(sizes.range(bound.grid, step)));
        if (step.tokens() == step.outputs()) {
            device.repeat(new Repeated(step.tokens(), step.outputs(),
                    Math.ceilDiv(step.context(), KernelPlan.PAGE), wanted), launches);
        } else {
            launches.run();
        }
    }

    /** The same, and says when each launch ran. */
    List<KernelObserver.Span> trace(StepLengths step, After wanted) {
        List<Bound> own = step(step, wanted).toList();
        List<Supplier<LaunchTime>> times = own.stream().map(bound ->
                ready(bound, step).launchTimed(sizes.range(bound.grid, step))).toList();
        List<KernelObserver.Span> spans = new ArrayList<>();
        long first = 0;
        long end = 0;
        for (int i = 0; i < own.size(); i++) {
            LaunchTime time = times.get(i).get();
            first = i == 0 ? time.startNanos() : first;
            // one after the other, whatever the grain of the clock
            long from = Math.max(end, time.startNanos() - first);
            end = Math.max(from + 1, from + time.endNanos() - time.startNanos());
            Bound bound = own.get(i);
            spans.add(new KernelObserver.Span(bound.kernel.name(), from, end,
                    bound.weightBytes()));
        }
        return spans;
    }

    private static boolean hasItems(Grid grid, StepLengths step) {
        return grid.x().in(step) > 0 && grid.y().in(step) > 0;
    }

    /** Runs a step of one token, whose logits are wanted, and takes times. */
    List<KernelTime> profile(StepLengths step) {
        Map<String, KernelTime> times = new HashMap<>();
        for (TimedLaunch time : times(step)) {
            times.merge(time.kernel(), new KernelTime(time.kernel(), 1, time.micros(),
                    time.weightBytes()), KernelTime::plus);
        }
        return times.values().stream()
                .sorted(Comparator.comparingDouble(KernelTime::micros).reversed()).toList();
    }

    /** Runs a step and takes the time of each launch, in order. */
    List<TimedLaunch> times(StepLengths step) {
        return step(step, After.LOGITS).map(bound -> new TimedLaunch(bound.kernel.name(),
                bound.matrices(), bound.weightBytes(),
                ready(bound, step).time(sizes.range(bound.grid, step)) / 1e3)).toList();
    }

    private static GpuKernel ready(Bound bound, StepLengths step) {
        for (Open open : bound.open) {
            bound.kernel.setInt(open.index, open.value.in(step));
        }
        return bound.kernel;
    }
}
