package dev.skein.sim.functional;

import static jdk.incubator.vector.FloatVector.fromArray;

import dev.skein.hls.number.Sfu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transcendental functions of {@link Sfu} on arrays, eight elements at a time, operation for
 * operation. Elements up to the next multiple of eight are overwritten too.
 *
 * <p>Rounding to an integer is done by adding and subtracting 1.5 * 2^23, which rounds half to even
 * below 2^22 and leaves the integer in the low bits of the sum; the sign it loses with a zero does
 * not reach any result.
 */
final class VectorExp {
    /** Adds to a small number so that its integer part stands in the low bits. */
    static final float ROUNDER = 0x1.8p23f;

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final int L = FLOATS.length();

    private float[] scratch = new float[L];

    /** {@link Sfu#exp} in place. */
    static void exp(float[] v, int n) {
        for (int i = 0; i < n; i += L) {
            FloatVector x = fromArray(FLOATS, v, i);
            VectorMask<Float> low = x.compare(VectorOperators.LT, Sfu.EXP_LOW);
            FloatVector a = x.min(Sfu.EXP_HIGH);
            FloatVector sum = a.mul(1.44269504f).add(ROUNDER);
            FloatVector t = sum.sub(ROUNDER);
            FloatVector r = a.sub(t.mul(0.693359375f));
            r = r.sub(t.mul(-2.12194440e-4f));
            FloatVector p = r.mul(1.9875691500e-4f).add(1.3981999507e-3f);
            p = p.mul(r).add(8.3334519073e-3f);
            p = p.mul(r).add(4.1665795894e-2f);
            p = p.mul(r).add(1.6666665459e-1f);
            p = p.mul(r).add(5.0000001201e-1f);
            FloatVector y = p.mul(r.mul(r)).add(r).add(1f);
            // the upper bits of the sum leave on the left
            IntVector exponent = sum.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
            y.reinterpretAsInts().add(exponent).reinterpretAsFloats().blend(0f, low)
                    .intoArray(v, i);
        }
    }

    /** {@link Sfu#silu} in place. */
    void silu(float[] v, int n) {
        float[] e = room(n);
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, v, i).neg().intoArray(e, i);
        }
        exp(e, n);
        for (int i = 0; i < n; i += L) {
            fromArray(FLOATS, v, i).div(fromArray(FLOATS, e, i).add(1f))
                    .intoArray(v, i);
        }
    }

    /** {@link Sfu#geluTanh} in place. */
    void geluTanh(float[] v, int n) {
        float[] e = room(n);
        for (int i = 0; i < n; i += L) {
            FloatVector a = fromArray(FLOATS, v, i);
            a.mul(a).mul(a).mul(0.044715f).add(a).mul(0.7978845608f).mul(2f).intoArray(e, i);
        }
        exp(e, n);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        FloatVector two = FloatVector.broadcast(FLOATS, 2f);
        for (int i = 0; i < n; i += L) {
            FloatVector a = fromArray(FLOATS, v, i);
            FloatVector tanh = one.sub(two.div(fromArray(FLOATS, e, i).add(1f)));
            a.mul(0.5f).mul(tanh.add(1f)).intoArray(v, i);
        }
    }

    /** {@link Sfu#geluErf} in place. */
    void geluErf(float[] v, int n) {
        float[] e = room(n);
        for (int i = 0; i < n; i += L) {
            FloatVector z = fromArray(FLOATS, v, i).mul(0.70710678f);
            z.mul(z).neg().intoArray(e, i);
        }
        exp(e, n);
        FloatVector one = FloatVector.broadcast(FLOATS, 1f);
        for (int i = 0; i < n; i += L) {
            FloatVector a = fromArray(FLOATS, v, i);
            FloatVector z = a.mul(0.70710678f);
            FloatVector t = one.div(z.abs().mul(0.3275911f).add(1f));
            FloatVector p = t.mul(1.061405429f).add(-1.453152027f);
            p = p.mul(t).add(1.421413741f);
            p = p.mul(t).add(-0.284496736f);
            p = p.mul(t).add(0.254829592f);
            p = p.mul(t);
            FloatVector y = one.sub(p.mul(fromArray(FLOATS, e, i)));
            FloatVector erf = y.blend(y.neg(), z.compare(VectorOperators.LT, 0f));
            a.mul(0.5f).mul(erf.add(1f)).intoArray(v, i);
        }
    }

    private float[] room(int n) {
        if (scratch.length < n + L) {
            scratch = new float[2 * n + L];
        }
        return scratch;
    }
}
