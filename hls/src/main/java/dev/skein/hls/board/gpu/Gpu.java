package dev.skein.hls.board.gpu;

import java.util.OptionalDouble;

/**
 * What the timing model needs of a GPU.
 *
 * @param name on the command line
 * @param description one line
 * @param memoryBytes of it
 * @param memoryGBps peak of its memory
 * @param peaks of its arithmetic
 * @param reach what kernels reach of the peaks
 * @param overhead what kernels take beside their work
 * @param contextBytes of its memory that drivers and contexts keep
 * @param powerW limit of the board
 * @param priceUSD of one board; empty where no source states one
 */
public record Gpu(String name, String description, long memoryBytes, double memoryGBps,
        Peaks peaks, Reach reach, Overhead overhead, long contextBytes, double powerW,
        OptionalDouble priceUSD) {

    /**
     * Arithmetic, dense; a multiply-accumulate is two operations.
     *
     * @param halfTera FP16 products with binary32 sums on the tensor cores, TFLOPS
     * @param int8Tera INT8 products on the tensor cores, TOPS; 0 without such
     * @param vectorTera 32-bit integers outside of the tensor cores, TOPS
     */
    public record Peaks(double halfTera, double int8Tera, double vectorTera) {}

    /**
     * What kernels take beside their work.
     *
     * @param launchNanos from the end of a kernel to the start of the next in a stream
     * @param kernelNanos what a kernel takes at least, however little it has to do
     */
    public record Overhead(double launchNanos, double kernelNanos) {}

    /**
     * What kernels reach, percent.
     *
     * @param memory of the bandwidth, large dense kernels, with FP16 weights or none
     * @param memory8 of the bandwidth, dense weights of eight bits
     * @param memory4 of the bandwidth, dense weights below eight bits, which are unpacked
     * @param sparse of the bandwidth, kernels that follow positions
     * @param attention of the bandwidth, the cache in decode attention
     * @param matrix of the tensor cores, products
     * @param prefill of the tensor cores, attention of a prompt
     * @param vector of the units outside of the tensor cores
     */
    public record Reach(double memory, double memory8, double memory4, double sparse,
            double attention, double matrix, double prefill, double vector) {}
}
