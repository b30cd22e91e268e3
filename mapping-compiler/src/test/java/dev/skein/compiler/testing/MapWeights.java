package dev.skein.compiler.testing;

import dev.skein.compiler.ir.Weights;
import java.util.HashMap;
import java.util.Map;

/** Weights in memory. */
public record MapWeights(Map<String, float[]> tensors) implements Weights {

    /** None yet. */
    public MapWeights() {
        this(new HashMap<>());
    }

    @Override
    public float[] get(String canonicalName) {
        float[] tensor = tensors.get(canonicalName);
        if (tensor == null) {
            throw new IllegalArgumentException("no weight " + canonicalName);
        }
        return tensor;
    }
}
