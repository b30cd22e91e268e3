package dev.skein.compiler.ir;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Dot products for the interpreter: binary32 in 32 lanes whatever the machine's vector width, so
 * that a result is the same on every machine; the lanes and the rest are summed in binary64.
 */
final class Dot {
    private static final VectorSpecies<Float> WIDE = FloatVector.SPECIES_256;
    private static final VectorSpecies<Float> NARROW = FloatVector.SPECIES_128;
    private static final boolean IS_WIDE = FloatVector.SPECIES_PREFERRED.length() >= WIDE.length();
    private static final int LANES = 32;

    private Dot() {
    }

    /** Sum of {@code a[aAt + i] * b[bAt + i]} over {@code i < n}. */
    static float of(float[] a, int aAt, float[] b, int bAt, int n) {
        int vectored = n - n % LANES;
        double sum = 0;
        if (vectored > 0) {
            sum = IS_WIDE ? wide(a, aAt, b, bAt, vectored) : narrow(a, aAt, b, bAt, vectored);
        }
        for (int i = vectored; i < n; i++) {
            sum += (double) a[aAt + i] * b[bAt + i];
        }
        return (float) sum;
    }

    /** With vectors of 8: lane l of 32 is lane l % 8 of accumulator l / 8. */
    static double wide(float[] a, int aAt, float[] b, int bAt, int n) {
        FloatVector s0 = FloatVector.zero(WIDE);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            s0 = s0.add(product(WIDE, a, aAt + i, b, bAt + i));
            s1 = s1.add(product(WIDE, a, aAt + i + 8, b, bAt + i + 8));
            s2 = s2.add(product(WIDE, a, aAt + i + 16, b, bAt + i + 16));
            s3 = s3.add(product(WIDE, a, aAt + i + 24, b, bAt + i + 24));
        }
        FloatVector s = s0.add(s1).add(s2.add(s3));
        double sum = 0;
        for (int lane = 0; lane < 8; lane++) {
            sum += s.lane(lane);
        }
        return sum;
    }

    /** The same sums with vectors of 4. */
    static double narrow(float[] a, int aAt, float[] b, int bAt, int n) {
        FloatVector low = narrowHalf(a, aAt, b, bAt, n);
        FloatVector high = narrowHalf(a, aAt + 4, b, bAt + 4, n);
        double sum = 0;
        for (int lane = 0; lane < 4; lane++) {
            sum += low.lane(lane);
        }
        for (int lane = 0; lane < 4; lane++) {
            sum += high.lane(lane);
        }
        return sum;
    }

    private static FloatVector narrowHalf(float[] a, int aAt, float[] b, int bAt, int n) {
        FloatVector s0 = FloatVector.zero(NARROW);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < n; i += LANES) {
            s0 = s0.add(product(NARROW, a, aAt + i, b, bAt + i));
            s1 = s1.add(product(NARROW, a, aAt + i + 8, b, bAt + i + 8));
            s2 = s2.add(product(NARROW, a, aAt + i + 16, b, bAt + i + 16));
            s3 = s3.add(product(NARROW, a, aAt + i + 24, b, bAt + i + 24));
        }
        return s0.add(s1).add(s2.add(s3));
    }

    private static FloatVector product(VectorSpecies<Float> species, float[] a, int aAt, float[] b,
            int bAt) {
        return FloatVector.fromArray(species, a, aAt).mul(
                FloatVector.fromArray(species, b, bAt));
    }
}
