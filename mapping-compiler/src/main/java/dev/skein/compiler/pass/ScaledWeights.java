package dev.skein.compiler.pass;

import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Map;

/**
 * Weights with more names: tensors that are others with each column multiplied by a factor,
 * computed when asked for.
 */
record ScaledWeights(Weights base, Map<String, Scaled> scaled) implements Weights {

    /**
     * A scaled tensor.
     *
     * @param of the tensor it is made of
     * @param factors {@code [cols]}
     */
    record Scaled(WeightRef of, float[] factors) {}

    ScaledWeights {
        scaled = Map.copyOf(scaled);
    }

    @Override
    public float[] get(String canonicalName) {
        Scaled s = scaled.get(canonicalName);
        if (s == null) {
            return base.get(canonicalName);
        }
        float[] values = base.get(s.of().name()).clone();
        scale(values, s.factors());
        return values;
    }

    @Override
    public void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
        Scaled s = scaled.get(ref.name());
        base.readRows(s == null ? ref : s.of(), firstRow, rows, dst);
        if (s != null) {
            float[] factors = s.factors();
            for (int i = 0; i < rows * ref.cols(); i++) {
                dst[i] *= factors[i % factors.length];
            }
        }
    }

    private static void scale(float[] values, float[] factors) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factors[i % factors.length];
        }
    }
}
