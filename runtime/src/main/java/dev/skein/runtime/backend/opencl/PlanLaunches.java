package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.Argument;
import dev.skein.compiler.gpu.Count;
import dev.skein.compiler.gpu.Grid;
import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.Launch;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Kernel;
import dev.skein.ffi.opencl.Program;
import dev.skein.runtime.device.DeviceException;
import java.util.ArrayList;
import java.util.List;

/** The launches of a plan, each with a kernel whose fixed arguments are set once. */
final class PlanLaunches {

    /** An argument that the step decides. */
    private record Open(int index, Count value) {}

    private record Bound(Kernel kernel, Grid grid, List<Open> open) {}

    private final GroupSizes sizes;
    private final List<Bound> decode;
    private final List<Bound> prefill;

    PlanLaunches(KernelPlan plan, PlanBuffers buffers, Program program, GroupSizes sizes) {
        this.sizes = sizes;
        decode = plan.decode().stream().map(l -> bind(l, buffers, program)).toList();
        prefill = plan.prefill().stream().map(l -> bind(l, buffers, program)).toList();
    }

    private Bound bind(Launch launch, PlanBuffers buffers, Program program) {
        Kernel kernel = program.createKernel(launch.kernel());
        int items = sizes.items(launch.grid());
        if (kernel.maxGroupItems() < items) {
            throw new DeviceException("kernel " + launch.kernel() + " needs work groups of " + items
                    + " items, the device allows " + kernel.maxGroupItems()
                    + ": choose another device");
        }
        List<Open> open = new ArrayList<>();
        for (int i = 0; i < launch.arguments().size(); i++) {
            switch (launch.arguments().get(i)) {
                case Argument.Memory(int buffer) -> kernel.set(i, buffers.get(buffer));
                case Argument.Whole(int value) -> kernel.setInt(i, value);
                case Argument.Large(long value) -> kernel.setLong(i, value);
                case Argument.Real(float value) -> kernel.setFloat(i, value);
                case Argument.Local(int bytes) -> kernel.setLocal(i, (long) bytes * items);
                case Argument.Variable(Count value) -> open.add(new Open(i, value));
            }
        }
        return new Bound(kernel, launch.grid(), List.copyOf(open));
    }

    /** Enqueues a step. */
    void run(CommandQueue queue, int position, int tokens) {
        for (Bound bound : tokens == 1 ? decode : prefill) {
            for (Open open : bound.open) {
                bound.kernel.setInt(open.index, open.value.in(position, tokens));
            }
            queue.launch(bound.kernel, sizes.range(bound.grid, position, tokens));
        }
    }
}
