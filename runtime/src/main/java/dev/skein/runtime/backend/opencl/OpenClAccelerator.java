package dev.skein.runtime.backend.opencl;

import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.KernelSources;
import dev.skein.compiler.ir.Weights;
import dev.skein.ffi.opencl.CommandQueue;
import dev.skein.ffi.opencl.Context;
import dev.skein.ffi.opencl.Device;
import dev.skein.ffi.opencl.OpenCl;
import dev.skein.ffi.opencl.OpenClException;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.DeviceException;
import dev.skein.runtime.device.Step;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Runs a kernel plan on an OpenCL device, in exact mode: the logits are those of the functional
 * simulator, bit for bit. Weights and KV cache stay on the device. Confined to the thread that
 * opened it.
 */
public final class OpenClAccelerator implements Accelerator {
    private final KernelPlan plan;
    private final Context context;
    private final CommandQueue queue;
    private final PlanBuffers buffers;
    private final PlanLaunches launches;
    private final String name;
    private final String description;
    private int position;

    private OpenClAccelerator(KernelPlan plan, Weights weights, Context context, String name,
            String source, String description, IntConsumer progress) {
        this.plan = plan;
        this.context = context;
        this.name = name;
        this.description = description;
        queue = context.createQueue();
        buffers = new PlanBuffers(plan, context);
        launches = new PlanLaunches(plan, buffers, context.build("skein.cl", source,
                KernelSources.OPTIONS.toArray(String[]::new)), GroupSizes.of(context.device()));
        buffers.fill(weights, queue, progress);
    }

    /**
     * Loads a plan on a device of this machine.
     *
     * @param index of the device, as {@code skein devices} numbers them
     * @param what the model and its weight format, for people
     * @param progress is told the bytes of weights that are packed
     * @throws DeviceException if there is no such device, or it cannot run the plan
     */
    public static OpenClAccelerator open(int index, KernelPlan plan, Weights weights, String what,
            IntConsumer progress) {
        OpenCl openCl;
        try {
            openCl = OpenCl.open().orElseThrow(DeviceException::new);
        } catch (OpenClException e) {
            throw new DeviceException("an OpenCL driver does not say what it has: "
                    + e.getMessage() + "; install another one, or remove it", e);
        }
        return open(openCl, index, new Load(plan, KernelSources.all(), weights, what, progress));
    }

    /** What to put on a device. */
    record Load(KernelPlan plan, String source, Weights weights, String what,
            IntConsumer progress) {}

    static OpenClAccelerator open(OpenCl openCl, int index, Load load) {
        List<Device> devices = openCl.devices();
        if (index < 0 || index >= devices.size()) {
            throw new DeviceException("device opencl:" + index + ": this machine has opencl:0"
                    + (devices.size() > 1 ? " to opencl:" + (devices.size() - 1) : "")
                    + "; 'skein devices' lists them");
        }
        Device device = devices.get(index);
        String name = "opencl:" + index + " (" + device.info().name() + ")";
        if (!device.info().compiler() || !device.info().exactSingle()) {
            throw new DeviceException(name + (device.info().compiler()
                    ? " does not round binary32 division and square root correctly, or flushes"
                            + " subnormals; exact results need that: choose another device"
                    : " compiles no kernels: choose another device"));
        }
        return open(device, name, load);
    }

    /** Without asking whether the device's arithmetic is exact. */
    static OpenClAccelerator open(Device device, String name, Load load) {
        Context context = guarded(name, load.plan, device::createContext);
        try {
            return guarded(name, load.plan, () -> new OpenClAccelerator(load.plan, load.weights,
                    context, name, load.source, load.what + " on " + name + ", exact",
                    load.progress));
        } catch (RuntimeException e) {
            closeAfter(context, e);
            throw e;
        }
    }

    private static void closeAfter(Context context, RuntimeException failure) {
        try {
            context.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** Something that calls OpenCL. */
    private interface Call<T> {
        T run();
    }

    private static <T> T guarded(String name, KernelPlan plan, Call<T> call) {
        try {
            return call.run();
        } catch (OpenClException e) {
            String what = e.isOutOfMemory() ? String.format(" has too little memory for %s, which"
                            + " needs %,d bytes in %,d buffers: choose a smaller --context or"
                            + " fewer bits; ",
                    plan.model(), plan.bytes(), plan.buffers().size()) : ": ";
            throw new DeviceException(name + what + e.getMessage(), e);
        }
    }

    @Override
    public Step step(int... tokens) {
        Step.require(this, plan.limits().vocab(), tokens);
        float[] logits = guarded(name, plan, () -> {
            queue.write(MemorySegment.ofArray(tokens), buffers.get(plan.tokens()), 0);
            launches.run(queue, position, tokens.length);
            float[] read = new float[plan.limits().vocab()];
            queue.read(buffers.get(plan.logits()), 0, MemorySegment.ofArray(read));
            return read;
        });
        position += tokens.length;
        return new Step(logits, Optional.empty());
    }

    /**
     * A step of one token, kernel by kernel: each has ended before the next one begins.
     *
     * @return times by kernel, the longest first
     */
    public List<KernelTime> profile(int token) {
        Step.require(this, plan.limits().vocab(), token);
        List<KernelTime> times = guarded(name, plan, () -> {
            try (CommandQueue profiling = context.createProfilingQueue()) {
                profiling.write(MemorySegment.ofArray(new int[] {token}),
                        buffers.get(plan.tokens()), 0);
                return launches.profile(profiling, position);
            }
        });
        position++;
        return times;
    }

    /** Bytes of device memory in use. */
    public long deviceBytes() {
        return context.bufferBytes();
    }

    @Override
    public int position() {
        return position;
    }

    @Override
    public void reset() {
        position = 0;
    }

    @Override
    public int maxContext() {
        return plan.limits().maxContext();
    }

    @Override
    public int maxTokens() {
        return plan.limits().maxTokens();
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        guarded(name, plan, () -> {
            context.close();
            return context;
        });
    }
}
