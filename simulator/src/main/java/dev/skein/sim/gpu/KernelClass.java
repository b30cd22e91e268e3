package dev.skein.sim.gpu;

import dev.skein.hls.board.gpu.Gpu;

/** Kinds of kernels that reach different parts of the peaks. */
public enum KernelClass {
    /** Dense weights times one to eight vectors: outside of the tensor cores. */
    GEMV("dense GEMV"),
    /** Dense weights times more vectors: tensor cores. */
    GEMM("dense GEMM"),
    /** N of 16 weights times one to eight vectors, by positions. */
    SPARSE_GEMV("sparse GEMV"),
    /** N of 16 weights made dense on chip, times more vectors. */
    SPARSE_GEMM("sparse GEMM"),
    /** One token of each sequence with its cache. */
    DECODE_ATTENTION("decode attention"),
    /** The tokens of a prompt with the cache. */
    PREFILL_ATTENTION("prefill attention"),
    /** Norms, rotary embedding, quantisation, embedding, choice of the token. */
    ELEMENTWISE("norms, element-wise");

    private final String text;

    KernelClass(String text) {
        this.text = text;
    }

    /** For reports. */
    public String text() {
        return text;
    }

    /** Part of the memory bandwidth that its kernels reach, percent. */
    double memoryPercent(Gpu.Reach reach, WeightWidth width) {
        return switch (this) {
            case GEMV, GEMM -> width.memoryPercent(reach);
            case PREFILL_ATTENTION, ELEMENTWISE -> reach.memory();
            case SPARSE_GEMV, SPARSE_GEMM -> reach.sparse();
            case DECODE_ATTENTION -> reach.attention();
        };
    }

    /** Part of the tensor cores that its kernels reach, percent. */
    double tensorPercent(Gpu.Reach reach) {
        return switch (this) {
            case PREFILL_ATTENTION, DECODE_ATTENTION -> reach.prefill();
            case GEMV, GEMM, SPARSE_GEMV, SPARSE_GEMM, ELEMENTWISE -> reach.matrix();
        };
    }
}
