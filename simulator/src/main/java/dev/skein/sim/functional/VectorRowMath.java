package dev.skein.sim.functional;

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
 * sum, which leaves every lane as it is, because a lane starts at +0 and so is never -0.
 */
final class VectorRowMath implements RowMath {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_256;
    private static final int L = FLOATS.length();

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
            FloatVector.fromArray(FLOATS, from, i).reinterpretAsBytes().intoArray(to, at + 4 * i);
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
            at(x, i).mul(r).mul(at(weight, i)).intoArray(x, i);
        }
    }

    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, int n, float eps) {
        zeroTail(x, n);
        float mean = sum(x, n) / n;
        for (int i = 0; i < n; i += L) {
            at(x, i).sub(mean).intoArray(x, i);
        }
        zeroTail(x, n);
        float r = 1f / (float) Math.sqrt(sumOfSquares(x, n) / n + eps);
        for (int i = 0; i < n; i += L) {
            at(x, i).mul(r).mul(at(weight, i)).add(at(bias, i)).intoArray(x, i);
        }
    }

    @Override
    public float quantise(float[] v, int n, byte[] to, int at) {
        zeroTail(v, n);
        FloatVector most = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += L) {
            most = most.max(at(v, i).abs());
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
            ByteVector q = (ByteVector) VectorExp.rint(at(v, i).mul(inverse))
                    .convertShape(VectorOperators.I2B, ByteVector.SPECIES_64, 0);
            q.intoArray(to, at + i);
        }
        return max / Sfu.QUANTISE_MAX;
    }

    @Override
    public void softmax(float[] x, int n, int len, float factor) {
        FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int whole = FLOATS.loopBound(len);
        for (int i = 0; i < whole; i += L) {
            FloatVector s = at(x, i).mul(factor);
            s.intoArray(x, i);
            most = most.max(s);
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        for (int i = whole; i < len; i++) {
            x[i] *= factor;
            max = Math.max(max, x[i]);
        }
        for (int i = 0; i < len; i += L) {
            VectorExp.exp(at(x, i).sub(max)).intoArray(x, i);
        }
        Arrays.fill(x, len, Math.max(n, PackedRows.align16(len)), 0f);
        float inverse = 1f / sum(x, len);
        for (int i = 0; i < len; i += L) {
            at(x, i).mul(inverse).intoArray(x, i);
        }
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
            case ADD -> {
                for (int i = 0; i < n; i += L) {
                    at(a, i).add(at(b, i)).intoArray(a, i);
                }
            }
            case MUL -> {
                for (int i = 0; i < n; i += L) {
                    at(a, i).mul(at(b, i)).intoArray(a, i);
                }
            }
            case RELU -> {
                for (int i = 0; i < n; i += L) {
                    FloatVector v = at(a, i);
                    FloatVector.zero(FLOATS).blend(v, v.compare(VectorOperators.GT, 0f))
                            .intoArray(a, i);
                }
            }
            case SILU -> {
                for (int i = 0; i < n; i += L) {
                    VectorExp.silu(at(a, i)).intoArray(a, i);
                }
            }
            case SILU_MUL -> {
                for (int i = 0; i < n; i += L) {
                    VectorExp.silu(at(a, i)).mul(at(b, i)).intoArray(a, i);
                }
            }
            case GELU_TANH -> {
                for (int i = 0; i < n; i += L) {
                    VectorExp.geluTanh(at(a, i)).intoArray(a, i);
                }
            }
            case GELU_ERF -> {
                for (int i = 0; i < n; i += L) {
                    VectorExp.geluErf(at(a, i)).intoArray(a, i);
                }
            }
        }
    }

    private static FloatVector at(float[] v, int i) {
        return FloatVector.fromArray(FLOATS, v, i);
    }

    private static void zeroTail(float[] v, int n) {
        Arrays.fill(v, n, PackedRows.align16(n), 0f);
    }

    /** {@link Sfu#reduceSum} of a row with zeros behind it. */
    private float sum(float[] v, int n) {
        FloatVector low = FloatVector.zero(FLOATS);
        FloatVector high = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += Sfu.LANES) {
            low = low.add(at(v, i));
            high = high.add(at(v, i + L));
        }
        return tree(low, high);
    }

    private float sumOfSquares(float[] v, int n) {
        FloatVector low = FloatVector.zero(FLOATS);
        FloatVector high = FloatVector.zero(FLOATS);
        for (int i = 0; i < n; i += Sfu.LANES) {
            FloatVector a = at(v, i);
            FloatVector b = at(v, i + L);
            low = low.add(a.mul(a));
            high = high.add(b.mul(b));
        }
        return tree(low, high);
    }

    private float tree(FloatVector low, FloatVector high) {
        low.intoArray(lanes, 0);
        high.intoArray(lanes, L);
        return Sfu.reduceLanes(lanes);
    }
}
