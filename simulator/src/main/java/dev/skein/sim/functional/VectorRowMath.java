package dev.skein.sim.functional;

import static jdk.incubator.vector.FloatVector.fromArray;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.Sfu;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The SFU with the Vector API: the same operations in the same order as {@link Sfu}, eight elements
 * at a time. The 16 lanes of a sum are two vectors; elements behind a row are set to +0 before a
 * sum, which leaves every lane as it is, because a lane starts at +0 and so is never -0. Loops
 * call nothing but the Vector API, as {@link VectorProducts} explains.
 */
final class VectorRowMath implements RowMath {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
    private static final int L = FLOATS.length();

    private final VectorExp exp = new VectorExp();
    private final float[] lanes = new float[Sfu.LANES];

    @Override
    public void load(byte[] from, int at, float[] to, int n) {
        int i = 0;
        for (; i <= n - L; i += L) {
            ByteVector.fromArray(BYTES, from, at + 4 * i).reinterpretAsFloats().intoArray(to, i);
        }
        for (; i < n; i++) {
            to[i] = LittleEndian.float32(from, at + 4 * i);
        }
    }

    @Override
    public void store(float[] from, int n, byte[] to, int at) {
        int i = 0;
        for (; i <= n - L; i += L) {
            fromArray(FLOATS, from, i).reinterpretAsBytes().intoArray(to, at + 4 * i);
        }
        for (; i < n; i++) {
            LittleEndian.putFloat32(to, at + 4 * i, from[i]);
        }
    }

    @Override
    public void rmsNorm(float[] x, float[] weight, int n, float eps) {
        zeroTail(x, n);
        float r = 1f / (float) Math.sqrt(sumOfSquares(x, n) / n + eps);
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, x, i).mul(r).mul(fromArray(FLOATS, weight, i)).intoArray(x, i);
        }
    }

    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, int n, float eps) {
        zeroTail(x, n);
        float mean = sum(x, n) / n;
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, x, i).sub(mean).intoArray(x, i);
        }
        zeroTail(x, n);
        float r = 1f / (float) Math.sqrt(sumOfSquares(x, n) / n + eps);
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, x, i).mul(r).mul(fromArray(FLOATS, weight, i))
                    .add(fromArray(FLOATS, bias, i)).intoArray(x, i);
        }
    }

    @Override
    public float quantise(float[] v, int n, byte[] to, int at) {
        zeroTail(v, n);
        FloatVector most = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += L) {
            most = most.max(fromArray(FLOATS, v, i).abs());
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        int size = PackedRows.align16(n);
        if (max < Sfu.QUANTISE_FLOOR) {
            Arrays.fill(to, at, at + size, (byte) 0);
            return 0f;
        }
        float inverse = Sfu.QUANTISE_MAX / max;
        // |v * inverse| rounds to at most 127, so nothing is left to clamp
        for (int i = 0; i < size; i += L) {
            IntVector rounded = fromArray(FLOATS, v, i).mul(inverse).add(VectorExp.ROUNDER)
                    .reinterpretAsInts();
            ((ByteVector) rounded.convertShape(VectorOperators.I2B, ByteVector.SPECIES_64, 0))
                    .intoArray(to, at + i);
        }
        return max / Sfu.QUANTISE_MAX;
    }

    @Override
    public void softmax(float[] x, int n, int len, int hiddenFrom, int hiddenTo, float factor) {
        boolean hides = hiddenFrom < hiddenTo;
        float max = scale(x, hides ? hiddenTo : 0, len, factor);
        if (hides) {
            max = Math.max(max, scale(x, 0, hiddenFrom, factor));
        }
        for (int i = 0; i < len; i += L) {
            fromArray(FLOATS, x, i).sub(max).intoArray(x, i);
        }
        VectorExp.exp(x, len);
        if (hides) {
            Arrays.fill(x, hiddenFrom, hiddenTo, 0f);
        }
        Arrays.fill(x, len, Math.max(n, PackedRows.align16(len)), 0f);
        float inverse = 1f / sum(x, len);
        for (int i = 0; i < len; i += L) {
            fromArray(FLOATS, x, i).mul(inverse).intoArray(x, i);
        }
    }

    /** Multiplies the elements {@code [from, to)}, from a multiple of 16; their maximum. */
    private static float scale(float[] x, int from, int to, float factor) {
        FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int whole = FLOATS.loopBound(to);
        for (int i = from; i < whole; i += L) {
            FloatVector s = fromArray(FLOATS, x, i).mul(factor);
            s.intoArray(x, i);
            most = most.max(s);
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        for (int i = whole; i < to; i++) {
            x[i] *= factor;
            max = Math.max(max, x[i]);
        }
        return max;
    }

    @Override
    public void rope(float[] x, int heads, int headDim, float[] table, int rotaryDim,
            RopeStyle style) {
        int half = rotaryDim / 2;
        int step = style == RopeStyle.INTERLEAVED ? 2 : 1;
        int apart = style == RopeStyle.INTERLEAVED ? 1 : half;
        for (int h = 0; h < heads; h++) {
            int first = h * headDim;
            for (int i = 0; i < half; i++) {
                float x0 = x[first];
                float x1 = x[first + apart];
                float c = table[i];
                float s = table[half + i];
                x[first] = x0 * c - x1 * s;
                x[first + apart] = x0 * s + x1 * c;
                first += step;
            }
        }
    }

    @Override
    public void ewise(EwiseFunction fn, float[] a, float[] b, int n) {
        switch (fn) {
            case COPY -> { }
            case ADD -> add(a, b, n);
            case MUL -> multiply(a, b, n);
            case RELU -> relu(a, n);
            case SILU -> exp.silu(a, n);
            case SILU_MUL -> {
                exp.silu(a, n);
                multiply(a, b, n);
            }
            case GELU_TANH -> exp.geluTanh(a, n);
            case GELU_ERF -> exp.geluErf(a, n);
        }
    }

    private static void add(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, a, i).add(fromArray(FLOATS, b, i)).intoArray(a, i);
        }
    }

    private static void multiply(float[] a, float[] b, int n) {
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, a, i).mul(fromArray(FLOATS, b, i)).intoArray(a, i);
        }
    }

    private static void relu(float[] a, int n) {
        FloatVector zero = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += L) {
            FloatVector v = fromArray(FLOATS, a, i);
            zero.blend(v, v.compare(VectorOperators.GT, 0f)).intoArray(a, i);
        }
    }

    private static void zeroTail(float[] v, int n) {
        Arrays.fill(v, n, PackedRows.align16(n), 0f);
    }

    /** {@link Sfu#reduceSum} of a row with zeros behind it. */
    private float sum(float[] v, int n) {
        FloatVector low = FloatVector.zero(FLOATS);
        FloatVector high = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += Sfu.LANES) {
            low = low.add(fromArray(FLOATS, v, i));
            high = high.add(fromArray(FLOATS, v, i + L));
        }
        low.intoArray(lanes, 0);
        high.intoArray(lanes, L);
        return Sfu.reduceLanes(lanes);
    }

    private float sumOfSquares(float[] v, int n) {
        FloatVector low = FloatVector.zero(FLOATS);
        FloatVector high = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += Sfu.LANES) {
            FloatVector a = fromArray(FLOATS, v, i);
            FloatVector b = fromArray(FLOATS, v, i + L);
            low = low.add(a.mul(a));
            high = high.add(b.mul(b));
        }
        low.intoArray(lanes, 0);
        high.intoArray(lanes, L);
        return Sfu.reduceLanes(lanes);
    }
}
