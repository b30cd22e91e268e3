package dev.skein.compiler.frontend.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.frontend.Family;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void randomModelsCoverEveryFamilyAndOp() {
        Set<Family> families = EnumSet.noneOf(Family.class);
        Set<String> ops = new HashSet<>();
        boolean grouped = false;
        for (long seed = 0; seed < 200; seed++) {
            ModelConfig config = RandomModels.config(seed);
            assertEquals(config, RandomModels.config(seed), "seed " + seed);
            families.add(config.family());
            grouped |= config.attention().groupSize() > 1;
            GraphBuilder.build(config).nodes().forEach(n -> ops.add(n.op().mnemonic()));
        }
        assertEquals(EnumSet.allOf(Family.class), families);
        assertEquals(Set.of("embed", "position_embed", "norm", "linear", "rope", "attention",
                "unary", "binary", "last_token", "output"), ops);
        assertTrue(grouped, "no model shares key and value heads");
    }

    @Test
    void seededWeightsAreTheSameWholeAndInParts() {
        for (long seed = 0; seed < 20; seed++) {
            ModelConfig config = RandomModels.config(seed);
            Graph graph = GraphBuilder.build(config);
            Weights weights = new SeededWeights(config, seed);
            for (Node node : graph.nodes()) {
                for (WeightRef ref : node.op().weights()) {
                    float[] whole = weights.get(ref.name());
                    assertEquals(ref.elements(), whole.length, ref.name());
                    int first = ref.rows() / 3;
                    int rows = ref.rows() - first;
                    float[] part = new float[rows * ref.cols()];
                    weights.readRows(ref, first, rows, part);
                    assertArrayEquals(Arrays.copyOfRange(whole, first * ref.cols(),
                            whole.length), part, "seed " + seed + " " + ref);
                }
            }
        }
    }

    @Test
    void seededWeightsAreNearlyNormal() {
        ModelConfig config = RandomModels.config(3);
        float[] w = new SeededWeights(config, 1).get("embed");
        double sum = 0;
        double squares = 0;
        for (float v : w) {
            sum += v;
            squares += v * v;
        }
        double tolerance = 4 / Math.sqrt(w.length);
        assertEquals(0, sum / w.length, tolerance);
        assertEquals(1, squares / w.length, 2 * tolerance);
        assertTrue(!Arrays.equals(w, new SeededWeights(config, 2).get("embed")));
        assertEquals("model random-3 has no weight embod", assertThrows(
                IllegalArgumentException.class, () -> new SeededWeights(config, 1).get("embod"))
                .getMessage());
    }
}
