package dev.skein.compiler.ir;

import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Weights of which some matrices were compressed beforehand, each in one format. */
public final class CompressedWeights implements Weights {
    private final Weights base;
    private final Map<String, QuantisedMatrix> matrices = new ConcurrentHashMap<>();

    /** None compressed yet. */
    public CompressedWeights(Weights base) {
        this.base = Objects.requireNonNull(base, "base");
    }

    /** Holds a compressed matrix from now on. */
    public void put(WeightRef ref, QuantisedMatrix matrix) {
        Require.equal("rows of " + ref.name(), matrix.rows(), "those of " + ref, ref.rows());
        Require.equal("columns of " + ref.name(), matrix.cols(), "those of " + ref, ref.cols());
        matrices.put(ref.name(), matrix);
    }

    @Override
    public float[] get(String canonicalName) {
        return base.get(canonicalName);
    }

    @Override
    public void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
        base.readRows(ref, firstRow, rows, dst);
    }

    @Override
    public QuantisedMatrix quantised(WeightRef ref, WeightFormat format, int firstRow, int rows) {
        QuantisedMatrix matrix = matrices.get(ref.name());
        return matrix == null || !matrix.format().equals(format)
                ? base.quantised(ref, format, firstRow, rows)
                : matrix.slice(firstRow, rows);
    }
}
