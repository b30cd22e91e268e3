package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.testing.ArraySource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ModelWeightsTest {

    /** Writes a model's weights as its files hold them: sliced, fused, transposed. */
    private static ArraySource store(ModelConfig config, TensorNames names, Weights weights) {
        Map<String, Long> rows = new HashMap<>();
        for (ModelTensor tensor : names.tensors()) {
            WeightView view = names.view(tensor.name());
            rows.merge(view.fileName(), (long) view.rowStart() + view.rowCount(), Math::max);
        }
        ArraySource source = new ArraySource();
        Map<String, float[]> files = new HashMap<>();
        for (ModelTensor tensor : names.tensors()) {
            WeightView view = names.view(tensor.name());
            int all = Math.toIntExact(rows.get(view.fileName()));
            boolean vector = tensor.shape().size() == 1;
            int cols = vector ? 1 : tensor.shape().getLast();
            float[] file = files.computeIfAbsent(view.fileName(), _ -> new float[all * cols]);
            float[] values = weights.get(tensor.name());
            for (int i = 0; i < values.length; i++) {
                int row = view.rowStart() + i / cols;
                int col = i % cols;
                file[view.transpose() ? col * all + row : row * cols + col] = values[i];
            }
            long[] shape = view.transpose() ? new long[] {cols, all} : new long[] {all, cols};
            source.add(view.fileName(), file, vector ? new long[] {all} : shape);
        }
        return source;
    }

    @Test
    void everyFamilyComputesTheSameFromItsFileLayout() {
        for (long seed = 0; seed < 30; seed++) {
            ModelConfig config = RandomModels.config(seed);
            TensorNames names = TensorNames.of(config, Naming.Container.HUGGING_FACE,
                    Set.of());
            Weights seeded = new SeededWeights(config, seed);
            Weights stored = new ModelWeights(config, store(config, names, seeded), names);
            Graph graph = GraphBuilder.build(config);
            for (Node node : graph.nodes()) {
                for (WeightRef ref : node.op().weights()) {
                    float[] whole = seeded.get(ref.name());
                    assertArrayEquals(whole, stored.get(ref.name()), "seed " + seed + ref);
                    int first = ref.rows() / 2;
                    float[] part = new float[(ref.rows() - first) * ref.cols()];
                    stored.readRows(ref, first, ref.rows() - first, part);
                    assertArrayEquals(Arrays.copyOfRange(whole, first * ref.cols(),
                            whole.length), part, "seed " + seed + " rows of " + ref);
                }
            }
            int[] tokens = RandomModels.tokens(config, seed, 3);
            assertArrayEquals(new Interpreter(graph, seeded).step(tokens),
                    new Interpreter(graph, stored).step(tokens));
        }
    }

    @Test
    void weightsThatAreNotNumbersAreRefused() {
        ModelConfig config = GraphBuilderTest.opt();
        TensorNames names = TensorNames.of(config, Naming.Container.HUGGING_FACE,
                Set.of());
        ArraySource source = store(config, names, new SeededWeights(config, 1));
        Weights weights = new ModelWeights(config, source, names);
        for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            float[] values = weights.get("layer.1.up.weight");
            values[24 * 7 + 5] = bad;
            String file = names.view("layer.1.up.weight").fileName();
            source.add(file, values, 40, 24);
            FormatException e = assertThrows(FormatException.class,
                    () -> weights.get("layer.1.up.weight"));
            assertEquals("memory: offset 0: tensor " + file + ": found " + bad + " in row 7, but"
                    + " weights are finite numbers; fetch or convert the file again",
                    e.getMessage());
            values[24 * 7 + 5] = 0;
        }
    }

    @Test
    void unknownNamesAndIncompleteFilesAreNamed() {
        ModelConfig config = GraphBuilderTest.opt();
        TensorNames names = TensorNames.of(config, Naming.Container.HUGGING_FACE,
                Set.of());
        Weights weights = new ModelWeights(config,
                store(config, names, new SeededWeights(config, 1)), names);
        assertEquals("model tiny has no weight layer.9.q.weight", assertThrows(
                IllegalArgumentException.class, () -> weights.get("layer.9.q.weight"))
                .getMessage());
        assertEquals("model tiny has learned positions and no weight rope", assertThrows(
                IllegalArgumentException.class, () -> weights.get("rope")).getMessage());
        assertThrows(FormatException.class,
                () -> new ModelWeights(config, new ArraySource(), names));
    }
}
