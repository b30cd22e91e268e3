package dev.skein.runtime.backend.gpu;

import dev.skein.compiler.gpu.KernelPlan;
import dev.skein.compiler.gpu.StepLengths;
import dev.skein.runtime.backend.gpu.PlanLaunches.After;
import dev.skein.runtime.device.Accelerator;
import dev.skein.runtime.device.BatchAccelerator;
import dev.skein.runtime.device.BatchLimits;
import dev.skein.runtime.device.BatchPart;
import dev.skein.runtime.device.DeviceException;
import dev.skein.runtime.device.Choice;
import dev.skein.runtime.device.ChosenStep;
import dev.skein.runtime.device.Step;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Runs a kernel plan on a device. In exact mode the logits are those of the functional simulator,
 * bit for bit, in fast mode close to the reference. Weights and KV cache stay on the device. As an
 * {@link Accelerator} it has one sequence, number 0 of the batch, in the first pages: callers use
 * one of both interfaces. Confined
 * to the thread that opened it.
 */
public final class GpuAccelerator implements Accelerator, BatchAccelerator {
    private final KernelPlan plan;
    private final GpuDevice device;
    private final PlanBuffers buffers;
    private final PlanLaunches launches;
    private final StepInputs inputs;
    private final String description;
    private final BatchLimits batch;
    private final int[] firstPages;
    private Optional<KernelObserver> observer = Optional.empty();
    private int position;

    private GpuAccelerator(GpuDevice device, GpuLoad load) {
        this.plan = load.plan();
        this.device = device;
        this.description = load.what() + " on " + device.name() + ", "
                + plan.precision();
        buffers = new PlanBuffers(plan, device);
        launches = new PlanLaunches(plan, buffers, device);
        buffers.fill(load.weights(), device, load.progress());
        inputs = new StepInputs(plan, buffers);
        KernelPlan.Limits limits = plan.limits();
        batch = new BatchLimits(limits.vocab(), limits.maxTokens(), limits.maxContext(),
                limits.maxSequences(), limits.pages());
        firstPages = IntStream.range(0, Math.min(limits.pages(), limits.pagesPerSequence()))
                .toArray();
    }

    /**
     * Loads a plan. The device belongs to the result then; if this fails, it is closed.
     *
     * @throws DeviceException if the device cannot run the plan
     */
    public static GpuAccelerator open(GpuDevice device, GpuLoad load) {
        try {
            return guarded(device, load.plan(), () -> new GpuAccelerator(device, load));
        } catch (RuntimeException e) {
            closeAfter(device, e);
            throw e;
        }
    }

    private static void closeAfter(GpuDevice device, RuntimeException failure) {
        try {
            device.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private static <T> T guarded(GpuDevice device, KernelPlan plan, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            if (!device.refused(e)) {
                throw e;
            }
            String what = device.outOfMemory(e) ? String.format(" has too little memory for %s,"
                            + " which needs %,d bytes in %,d buffers: choose a smaller --context or"
                            + " fewer bits; ",
                    plan.model(), plan.bytes(), plan.buffers().size()) : ": ";
            throw new DeviceException(device.name() + what + e.getMessage(), e);
        }
    }

    @Override
    public Step step(int... tokens) {
        Step.require(this, plan.limits().vocab(), tokens);
        float[] logits = step(List.of(only(tokens))).getFirst();
        position += tokens.length;
        return new Step(logits, Optional.empty());
    }

    @Override
    public ChosenStep stepChosen(Choice choice, int... tokens) {
        Step.require(this, plan.limits().vocab(), tokens);
        int token = stepChosen(List.of(only(tokens)), List.of(choice))[0];
        position += tokens.length;
        return new ChosenStep(token, Optional.empty());
    }

    @Override
    public int[] stepChosen(List<BatchPart> parts, List<Choice> choices) {
        batch.require(parts);
        Choice.require(parts, choices);
        boolean greedy = choices.stream().allMatch(Choice::isGreedy);
        return guarded(device, plan, () -> {
            if (!greedy) {
                buffers.get(plan.sampling().choices()).write(0, words(choices));
            }
            int[] read = new int[run(parts, greedy ? After.GREEDY : After.SAMPLED).outputs()];
            if (read.length > 0) {
                buffers.get(plan.sampling().tokens()).read(0, MemorySegment.ofArray(read));
            }
            return read;
        });
    }

    /** As {@link KernelPlan.Sampling} describes them. */
    private static MemorySegment words(List<Choice> choices) {
        int[] words = new int[choices.size() * KernelPlan.Sampling.CHOICE_WORDS];
        int at = 0;
        for (Choice choice : choices) {
            words[at++] = Float.floatToRawIntBits(choice.factor());
            words[at++] = choice.topK();
            words[at++] = (int) choice.topP();
            words[at++] = (int) choice.random();
            words[at++] = (int) (choice.random() >>> Integer.SIZE);
        }
        return MemorySegment.ofArray(words);
    }

    /** From now on, tells when the launches of each step ran. */
    public void record(KernelObserver newObserver) {
        observer = Optional.of(newObserver);
    }

    private StepLengths run(List<BatchPart> parts, After wanted) {
        StepLengths lengths = inputs.write(parts);
        if (observer.isPresent()) {
            observer.get().step(lengths, launches.trace(lengths, wanted));
        } else {
            launches.run(lengths, wanted);
        }
        return lengths;
    }

    private BatchPart only(int... tokens) {
        return new BatchPart(0, position, tokens, firstPages, true);
    }

    @Override
    public BatchLimits limits() {
        return batch;
    }

    @Override
    public List<float[]> step(List<BatchPart> parts) {
        batch.require(parts);
        return guarded(device, plan, () -> {
            StepLengths lengths = run(parts, After.LOGITS);
            int vocab = batch.vocab();
            float[] read = new float[lengths.outputs() * vocab];
            if (read.length > 0) {
                buffers.get(plan.logits()).read(0, MemorySegment.ofArray(read));
            }
            return lengths.outputs() == 1 ? List.of(read)
                    : IntStream.range(0, lengths.outputs()).mapToObj(i ->
                            Arrays.copyOfRange(read, i * vocab, (i + 1) * vocab)).toList();
        });
    }

    /**
     * A step of one token, kernel by kernel: each has ended before the next one begins.
     *
     * @return times by kernel, the longest first
     */
    public List<KernelTime> profile(int token) {
        Step.require(this, plan.limits().vocab(), token);
        List<KernelTime> times = guarded(device, plan,
                () -> launches.profile(inputs.write(List.of(only(token)))));
        position++;
        return times;
    }

    /** A step, each launch after the one before has ended; their times in order. */
    public List<TimedLaunch> times(int... tokens) {
        Step.require(this, plan.limits().vocab(), tokens);
        List<TimedLaunch> times = times(List.of(only(tokens)));
        position += tokens.length;
        return times;
    }

    /** The same of several sequences. */
    public List<TimedLaunch> times(List<BatchPart> parts) {
        batch.require(parts);
        return guarded(device, plan, () -> launches.times(inputs.write(parts)));
    }

    /** Bytes of device memory in use. */
    public long deviceBytes() {
        return device.bufferBytes();
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
        guarded(device, plan, () -> {
            device.close();
            return device;
        });
    }
}
