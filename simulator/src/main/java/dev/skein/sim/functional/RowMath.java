package dev.skein.sim.functional;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;

/**
 * The SFU on one row of binary32, as {@link dev.skein.hls.number.Sfu} has it. Rows start at index 0
 * of arrays that are at least {@code n + 16} long; what lies behind n elements is scratch.
 */
sealed interface RowMath permits ScalarRowMath, VectorRowMath {

    /** Copies {@code n} elements out of a buffer. */
    void load(byte[] from, int at, float[] to, int n);

    /** Copies {@code n} elements into a buffer. */
    void store(float[] from, int n, byte[] to, int at);

    /** RMSNorm in place. */
    void rmsNorm(float[] x, float[] weight, int n, float eps);

    /** LayerNorm in place. */
    void layerNorm(float[] x, float[] weight, float[] bias, int n, float eps);

    /**
     * Quantises to {@code align16(n)} bytes from {@code at} on.
     *
     * @return the scale
     */
    float quantise(float[] v, int n, byte[] to, int at);

    /**
     * Softmax in place over the first {@code len} of {@code n} elements without those that are
     * hidden; zeros in those and behind {@code len}.
     *
     * @param hiddenFrom first element that does not count, a multiple of 16
     * @param hiddenTo one past the last, a multiple of 16 below {@code len}; none if not above the
     *     first
     */
    void softmax(float[] x, int n, int len, int hiddenFrom, int hiddenTo, float factor);

    /**
     * Rotary embedding in place.
     *
     * @param x {@code [heads, headDim]}
     * @param table {@code [rotaryDim]}, cosines then sines
     */
    void rope(float[] x, int heads, int headDim, float[] table, int rotaryDim, RopeStyle style);

    /** {@code a = fn(a, b)}; b counts for binary functions only. */
    void ewise(EwiseFunction fn, float[] a, float[] b, int n);
}
