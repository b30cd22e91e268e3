package dev.skein.runtime.gpu;

import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.Positions;
import dev.skein.hls.isa.Span;
import dev.skein.sim.gpu.Kernel;
import dev.skein.sim.gpu.KernelClass;
import dev.skein.sim.gpu.WeightWidth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The kernels of a step, fused as {@code docs/gpu.md} states: eight a layer and four beside them.
 * Every byte is counted once a kernel. Weights of norms, biases and tables of angles, less than a
 * thousandth of the bytes of any model, are not counted.
 */
final class GpuKernels {
    /** Up to so many vectors weights are read by threads, for more by tensor cores. */
    static final int MOST_VECTORS = 8;
    /** Rows of a tile of the tensor cores: fewer take as long. */
    private static final int TENSOR_ROWS = 16;
    /** Rows for which weights are unpacked once. */
    private static final int UNPACK_ROWS = 128;
    /** INT8 products of one instruction outside of the tensor cores (DP4A). */
    private static final int PRODUCTS = 4;
    /** Shifting and masking a narrow weight; two weights at a time in 32 bits. */
    private static final double UNPACK_INSTRUCTIONS = 0.5;
    /** Assumption: an element of a norm, a rotation, an activation, or a score's exponential. */
    private static final int ELEMENT_INSTRUCTIONS = 10;
    /** Residual stream, results of products and logits are binary32. */
    private static final int WIDE_BYTES = Float.BYTES;

    private final ModelConfig config;
    private final GpuWeights weights;
    private final int position;
    private final int tokens;
    private final int batch;
    private final List<Kernel> out = new ArrayList<>();

    /**
     * A step.
     *
     * @param position tokens in the cache of each sequence before it
     * @param tokens of each sequence
     * @param batch sequences
     */
    GpuKernels(ModelConfig config, GpuWeights weights, int position, int tokens, int batch) {
        this.config = config;
        this.weights = weights;
        this.position = position;
        this.tokens = tokens;
        this.batch = batch;
    }

    List<Kernel> list() {
        int hidden = config.hiddenSize();
        long rows = rows();
        elementwise("embed", rows * hidden, Short.BYTES + WIDE_BYTES);
        for (int layer = 0; layer < config.layers(); layer++) {
            layer(layer);
        }
        norm("final_norm", batch);
        linear("head", config.vocabSize(), hidden, batch, true);
        elementwise("sample", (long) batch * config.vocabSize(), WIDE_BYTES);
        return List.copyOf(out);
    }

    private long rows() {
        return Math.multiplyExact((long) batch, (long) tokens);
    }

    private void layer(int layer) {
        ModelConfig.Attention a = config.attention();
        ModelConfig.Mlp mlp = config.mlp();
        int hidden = config.hiddenSize();
        String prefix = "layer." + layer + ".";
        norm(prefix + "attn_norm", rows());
        linear(prefix + "qkv", a.qWidth() + 2 * a.kvWidth(), hidden, rows(), false);
        // q and k turned where positions are angles; k and v quantised into the cache
        String turn = config.positions() instanceof Positions.Rope ? "rope_cache" : "cache";
        elementwise(prefix + turn, rows() * (a.qWidth() + 2L * a.kvWidth()),
                WIDE_BYTES + weights.activationBytes());
        attention(prefix + "attn", layer);
        linear(prefix + "o_add", hidden, a.qWidth(), rows(), false);
        norm(prefix + "mlp_norm", rows());
        linear(prefix + (mlp.gated() ? "gate_up_act" : "up_act"),
                (mlp.gated() ? 2L : 1L) * mlp.intermediateSize(), hidden, rows(), false);
        linear(prefix + "down_add", hidden, mlp.intermediateSize(), rows(), false);
    }

    /** Norm and quantisation: reads the residual stream, writes activations. */
    private void norm(String name, long rows) {
        elementwise(name, rows * config.hiddenSize(), WIDE_BYTES + weights.activationBytes());
    }

    private void elementwise(String name, long elements, int elementBytes) {
        out.add(new Kernel(name, KernelClass.ELEMENTWISE, WeightWidth.WIDE,
                elements * elementBytes, 0, false, (double) elements * ELEMENT_INSTRUCTIONS));
    }

    private void linear(String name, long outputs, int inputs, long rows, boolean head) {
        out.add(product(name, weights, outputs, inputs, rows, head));
    }

    /** @param rows vectors it is multiplied with */
    static Kernel product(String name, GpuWeights weights, long outputs, int inputs, long rows,
            boolean head) {
        long bytes = weights.bytes(outputs, inputs, head)
                + rows * ((long) inputs * weights.activationBytes() + outputs * WIDE_BYTES);
        double macs = (double) outputs * inputs;
        double kept = macs * weights.density(inputs, head);
        boolean sparse = weights.sparse(head);
        double unpacking = weights.packed(head) ? UNPACK_INSTRUCTIONS * kept : 0;
        if (rows <= MOST_VECTORS) {
            // activations of positions are gathered one by one, so no four products at a time
            double products = kept * rows / (sparse || weights.half() ? 1 : PRODUCTS);
            return new Kernel(name, sparse ? KernelClass.SPARSE_GEMV : KernelClass.GEMV,
                    weights.width(head), bytes, 0, false, products + unpacking);
        }
        long padded = Math.ceilDiv(rows, TENSOR_ROWS) * TENSOR_ROWS;
        return new Kernel(name, sparse ? KernelClass.SPARSE_GEMM : KernelClass.GEMM,
                weights.width(head), bytes, macs * padded, !weights.half(),
                unpacking * Math.ceilDiv(rows, UNPACK_ROWS));
    }

    private void attention(String name, int layer) {
        ModelConfig.Attention a = config.attention();
        List<Span> spans = config.attentionSpans().isEmpty()
                ? Collections.nCopies(a.kvHeads(), Span.DENSE)
                : config.attentionSpans().get(layer).heads();
        long cached = 0;
        double scores = 0;
        for (Span span : spans) {
            cached += position + tokens - hidden(span, position);
            for (int t = position; t < position + tokens; t++) {
                scores += t + 1 - hidden(span, t);
            }
        }
        scores *= (double) batch * a.groupSize();
        double macs = 2 * scores * a.headDim();
        long bytes = batch * 2L * cached * weights.cacheRowBytes(a.headDim())
                + rows() * a.qWidth() * 2 * weights.activationBytes();
        double exponentials = scores * ELEMENT_INSTRUCTIONS;
        if (tokens == 1) {
            double products = macs / (weights.half() ? 1 : PRODUCTS);
            out.add(new Kernel(name, KernelClass.DECODE_ATTENTION, WeightWidth.WIDE, bytes, 0,
                    false, products + exponentials));
        } else {
            out.add(new Kernel(name, KernelClass.PREFILL_ATTENTION, WeightWidth.WIDE, bytes, macs,
                    false, exponentials));
        }
    }

    /** Earlier tokens that the one at {@code position} does not see. */
    private static int hidden(Span span, int position) {
        return Math.max(0, span.gapTokens(position));
    }
}
