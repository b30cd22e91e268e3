package dev.skein.runtime.gpu;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ModelTensor;
import dev.skein.hls.board.gpu.Gpu;
import dev.skein.sim.gpu.GpuStep;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.KernelTime;
import dev.skein.sim.gpu.Roofline;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps of a model on a GPU, and whether it fits.
 *
 * @param config the model
 * @param weights how it is stored
 * @param gpu the device
 */
public record GpuSimulation(ModelConfig config, GpuWeights weights, Gpu gpu) {
    /** Tokens of a prompt that a step takes; longer prompts are cut. */
    public static final int CHUNK = 2048;

    /**
     * What a step launches, whatever the GPU.
     *
     * @param position tokens in the cache of each sequence before it
     * @param tokens of each sequence
     * @param batch sequences
     */
    public static List<Kernel> kernels(ModelConfig config, GpuWeights weights, int position,
            int tokens, int batch) {
        return new GpuKernels(config, weights, position, tokens, batch).list();
    }

    /** A matrix {@code [outputs, inputs]} of the body of a model times one vector. */
    public static Kernel product(String name, GpuWeights weights, int outputs, int inputs) {
        return GpuKernels.product(name, weights, outputs, inputs, 1, false);
    }

    /**
     * One token of each sequence.
     *
     * @param context tokens in the cache of each after it, at least 1
     * @param batch sequences, at least 1
     */
    public GpuStep decode(int context, int batch) {
        require(context);
        return new Roofline(gpu).run(
                new GpuKernels(config, weights, context - 1, 1, batch).list());
    }

    /**
     * Refuses contexts that the model does not have.
     *
     * @throws IllegalArgumentException in one line
     */
    public void require(int context) {
        if (context > config.maxPositions()) {
            throw new IllegalArgumentException("context " + context + " is longer than the "
                    + config.maxPositions() + " positions of model " + config.name()
                    + ": choose a smaller --context");
        }
    }

    /** A prompt, in steps of at most {@link #CHUNK} tokens one after the other. */
    public GpuStep prefill(int tokens) {
        require(tokens);
        var times = new ArrayList<KernelTime>();
        double now = 0;
        for (int at = 0; at < tokens; at += CHUNK) {
            int count = Math.min(CHUNK, tokens - at);
            GpuStep step = new Roofline(gpu).run(
                    new GpuKernels(config, weights, at, count, 1).list());
            for (KernelTime k : step.kernels()) {
                times.add(new KernelTime(k.kernel(), now + k.start(), k.launch(), k.memory(),
                        k.tensor(), k.vector(), k.least()));
            }
            now += step.seconds();
        }
        return new GpuStep(gpu, times);
    }

    /**
     * What has to be in the GPU's memory at once.
     *
     * @param weightBytes of linear layers and the embedding, which is FP16
     * @param kvBytes of the cache of all sequences
     * @param activationBytes of the largest step
     * @param contextBytes of the driver
     * @param capacityBytes of the GPU
     */
    public record Memory(long weightBytes, long kvBytes, long activationBytes, long contextBytes,
            long capacityBytes) {
        /** All of it. */
        public long neededBytes() {
            return weightBytes + kvBytes + activationBytes + contextBytes;
        }

        /** Whether the GPU holds it. */
        public boolean fits() {
            return neededBytes() <= capacityBytes;
        }
    }

    /**
     * The memory of sequences up to a length.
     *
     * @param context tokens in the cache of each
     * @param batch sequences
     */
    public Memory memory(int context, int batch) {
        ModelConfig.Attention a = config.attention();
        long kv = Math.multiplyExact(2L * config.layers() * a.kvHeads()
                * weights.cacheRowBytes(a.headDim()), Math.multiplyExact((long) context, batch));
        long rows = Math.max(batch, Math.min(context, CHUNK));
        long width = 2L * config.hiddenSize() + a.qWidth() + 2L * a.kvWidth()
                + 2L * config.mlp().intermediateSize();
        long activations = Float.BYTES
                * (rows * width + Math.multiplyExact((long) batch, config.vocabSize()));
        return new Memory(weightBytes(), kv, activations, gpu.contextBytes(), gpu.memoryBytes());
    }

    private long weightBytes() {
        long bytes = 0;
        for (ModelTensor tensor : ModelTensor.of(config)) {
            List<Integer> shape = tensor.shape();
            boolean table = tensor.name().equals("embed") || tensor.name().equals("positions");
            boolean head = tensor.name().equals("head.weight")
                    || tensor.name().equals("embed") && config.tiedEmbeddings();
            if (table) {
                bytes += Short.BYTES * tensor.elements();
            }
            if (shape.size() == 2 && (!table || head)) {
                bytes += head && table && weights.half() ? 0
                        : weights.bytes(shape.getFirst(), shape.get(1), head);
            }
        }
        return bytes;
    }
}
