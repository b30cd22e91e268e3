package dev.skein.sim.functional;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.number.Sfu;
import java.util.Arrays;

/** The SFU by its reference. */
final class ScalarRowMath implements RowMath {

    @Override
    public void load(byte[] from, int at, float[] to, int n) {
        for (int i = 0; i < n; i++) {
            to[i] = LittleEndian.float32(from, at + 4 * i);
        }
    }

    @Override
    public void store(float[] from, int n, byte[] to, int at) {
        for (int i = 0; i < n; i++) {
            LittleEndian.putFloat32(to, at + 4 * i, from[i]);
        }
    }

    @Override
    public void rmsNorm(float[] x, float[] weight, int n, float eps) {
        copy(Sfu.rmsNorm(row(x, n), row(weight, n), eps), x);
    }

    @Override
    public void layerNorm(float[] x, float[] weight, float[] bias, int n, float eps) {
        copy(Sfu.layerNorm(row(x, n), row(weight, n), row(bias, n), eps), x);
    }

    @Override
    public float quantise(float[] v, int n, byte[] to, int at) {
        Sfu.QuantisedRow q = Sfu.quantise(row(v, n));
        System.arraycopy(q.values(), 0, to, at, q.values().length);
        return q.scale();
    }

    @Override
    public void softmax(float[] x, int n, int len, int hiddenFrom, int hiddenTo, float factor) {
        copy(Sfu.softmax(row(x, n), len, hiddenFrom, hiddenTo, factor), x);
    }

    @Override
    public void rope(float[] x, int heads, int headDim, float[] table, int rotaryDim,
            RopeStyle style) {
        float[] angles = row(table, rotaryDim);
        for (int h = 0; h < heads; h++) {
            float[] head = Arrays.copyOfRange(x, h * headDim, (h + 1) * headDim);
            System.arraycopy(Sfu.rope(head, angles, style), 0, x, h * headDim, headDim);
        }
    }

    @Override
    public void ewise(EwiseFunction fn, float[] a, float[] b, int n) {
        for (int i = 0; i < n; i++) {
            a[i] = Sfu.ewise(fn, a[i], b[i]);
        }
    }

    private static float[] row(float[] x, int n) {
        return Arrays.copyOf(x, n);
    }

    private static void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, from.length);
    }
}
