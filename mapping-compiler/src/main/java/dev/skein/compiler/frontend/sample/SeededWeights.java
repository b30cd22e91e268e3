package dev.skein.compiler.frontend.sample;

import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.ModelTensor;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.frontend.RopeTable;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Weights drawn from a seed, nearly normal, scaled so that activations keep their size through
 * the layers: matrices with standard deviation {@code 1 / sqrt(cols)}, tables 1, norm weights
 * around 1, biases small. A row depends on seed, name and row number alone, so the same weights
 * come out whole or in parts, on any machine.
 */
public final class SeededWeights implements Weights {
    private static final int PARALLEL_FROM_ROWS = 256;

    private final ModelConfig config;
    private final long seed;
    private final Map<String, ModelTensor> tensors;

    /** Weights for a model. */
    public SeededWeights(ModelConfig config, long seed) {
        this.config = config;
        this.seed = seed;
        tensors = ModelTensor.of(config).stream()
                .collect(Collectors.toMap(ModelTensor::name, t -> t));
    }

    @Override
    public float[] get(String canonicalName) {
        if (canonicalName.equals(GraphBuilder.ROPE)
                && config.positions() instanceof Positions.Rope rope) {
            return RopeTable.rows(rope, config.maxPositions());
        }
        ModelTensor tensor = tensors.get(canonicalName);
        if (tensor == null) {
            throw new IllegalArgumentException("model " + config.name() + " has no weight "
                    + canonicalName);
        }
        boolean vector = tensor.shape().size() == 1;
        WeightRef ref = new WeightRef(canonicalName, vector ? 1 : tensor.shape().getFirst(),
                tensor.shape().getLast());
        float[] values = new float[Math.toIntExact(tensor.elements())];
        readRows(ref, 0, ref.rows(), values);
        return values;
    }

    @Override
    public void readRows(WeightRef ref, int firstRow, int rows, float[] dst) {
        if (ref.name().equals(GraphBuilder.ROPE)) {
            System.arraycopy(get(ref.name()), firstRow * ref.cols(), dst, 0, rows * ref.cols());
            return;
        }
        boolean norm = ref.name().endsWith("norm.weight");
        boolean small = norm || ref.name().endsWith(".bias");
        boolean table = ref.name().equals("embed") || ref.name().equals("positions");
        float deviation = small ? 0.1f : table ? 1 : (float) (1 / Math.sqrt(ref.cols()));
        float mean = norm ? 1 : 0;
        IntStream range = IntStream.range(0, rows);
        (rows < PARALLEL_FROM_ROWS ? range : range.parallel()).forEach(row -> {
            long state = mix(seed ^ mix(((long) ref.name().hashCode() << 32) + firstRow + row));
            for (int i = row * ref.cols(); i < (row + 1) * ref.cols(); i++) {
                state += 0x9e3779b97f4a7c15L;
                dst[i] = mean + deviation * normal(mix(state));
            }
        });
    }

    /** The sum of four uniform 16-bit numbers, with mean 0 and deviation 1: nearly normal. */
    private static float normal(long bits) {
        long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff)
                + (bits >>> 48);
        return (sum - 2 * 65535) * (float) (Math.sqrt(3) / 65536);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long z) {
        long a = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ a >>> 27) * 0x94d049bb133111ebL;
        return b ^ b >>> 31;
    }
}
