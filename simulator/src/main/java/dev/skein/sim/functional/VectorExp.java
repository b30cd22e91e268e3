package dev.skein.sim.functional;

import dev.skein.hls.number.Sfu;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The transcendental functions of {@link Sfu} on eight elements, operation for operation. Rounding
 * to an integer is done by adding and subtracting 1.5 * 2^23, which rounds half to even below 2^22
 * and leaves the integer in the low bits of the sum; the sign it loses with a zero does not reach
 * any result.
 */
final class VectorExp {
    private static final float ROUNDER = 0x1.8p23f;

    private VectorExp() {
    }

    /** Rounded half to even, for magnitudes below 2^22; the upper bits are not the integer's. */
    static IntVector rint(FloatVector x) {
        return x.add(ROUNDER).reinterpretAsInts();
    }

    /** {@link Sfu#exp}. */
    static FloatVector exp(FloatVector x) {
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
        return y.reinterpretAsInts().add(exponent).reinterpretAsFloats().blend(0f, low);
    }

    /** {@link Sfu#silu}. */
    static FloatVector silu(FloatVector a) {
        return a.div(exp(a.neg()).add(1f));
    }

    /** {@link Sfu#geluTanh}. */
    static FloatVector geluTanh(FloatVector a) {
        FloatVector u = a.mul(a).mul(a).mul(0.044715f).add(a).mul(0.7978845608f);
        FloatVector one = FloatVector.broadcast(a.species(), 1f);
        FloatVector two = FloatVector.broadcast(a.species(), 2f);
        FloatVector tanh = one.sub(two.div(exp(u.mul(2f)).add(1f)));
        return a.mul(0.5f).mul(tanh.add(1f));
    }

    /** {@link Sfu#geluErf}. */
    static FloatVector geluErf(FloatVector a) {
        return a.mul(0.5f).mul(erf(a.mul(0.70710678f)).add(1f));
    }

    private static FloatVector erf(FloatVector z) {
        FloatVector one = FloatVector.broadcast(z.species(), 1f);
        FloatVector t = one.div(z.abs().mul(0.3275911f).add(1f));
        FloatVector p = t.mul(1.061405429f).add(-1.453152027f);
        p = p.mul(t).add(1.421413741f);
        p = p.mul(t).add(-0.284496736f);
        p = p.mul(t).add(0.254829592f);
        p = p.mul(t);
        FloatVector y = one.sub(p.mul(exp(z.mul(z).neg())));
        return y.blend(y.neg(), z.compare(VectorOperators.LT, 0f));
    }
}
