package dev.skein.compiler.testing;

import dev.skein.compiler.frontend.Activation;
import dev.skein.compiler.frontend.Family;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.Positions;
import dev.skein.compiler.frontend.RopeScaling;
import dev.skein.compiler.frontend.RopeTable;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Weights;
import java.util.List;
import java.util.OptionalInt;

/**
 * stories260K in llama2.c's own layout (seven int32, then the tensors): a second way to the same
 * weights, independent of the importers.
 */
public record Llama2cModel(ModelConfig config, Graph graph, Weights weights) {

    /** Reads the model; aborts the test if the file is absent. */
    public static Llama2cModel stories260K() {
        float[] file = SharedData.floats("models/stories260K.bin");
        int dim = Float.floatToRawIntBits(file[0]);
        int hidden = Float.floatToRawIntBits(file[1]);
        int layers = Float.floatToRawIntBits(file[2]);
        int heads = Float.floatToRawIntBits(file[3]);
        int kvHeads = Float.floatToRawIntBits(file[4]);
        int vocab = Float.floatToRawIntBits(file[5]);
        int context = Float.floatToRawIntBits(file[6]);
        int headDim = dim / heads;
        var rope = new Positions.Rope(10000, Positions.Rope.Style.INTERLEAVED, headDim,
                new RopeScaling.None());
        var config = new ModelConfig("stories260K", Family.LLAMA, vocab, dim, layers, context,
                new ModelConfig.Attention(heads, kvHeads, headDim, false, false, false),
                new ModelConfig.Mlp(hidden, Activation.SILU, true, false),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS, 1e-5f), rope, true,
                new ModelConfig.SpecialTokens(OptionalInt.of(1), List.of(2)));
        var cursor = new Cursor(file, new MapWeights());
        cursor.take("embed", vocab * dim);
        cursor.takeLayers(layers, "attn_norm", dim);
        cursor.takeLayers(layers, "q", dim * dim);
        cursor.takeLayers(layers, "k", kvHeads * headDim * dim);
        cursor.takeLayers(layers, "v", kvHeads * headDim * dim);
        cursor.takeLayers(layers, "o", dim * dim);
        cursor.takeLayers(layers, "mlp_norm", dim);
        cursor.takeLayers(layers, "gate", hidden * dim);
        cursor.takeLayers(layers, "down", hidden * dim);
        cursor.takeLayers(layers, "up", hidden * dim);
        cursor.take("final_norm.weight", dim);
        cursor.weights.tensors().put(GraphBuilder.ROPE, RopeTable.rows(rope, context));
        return new Llama2cModel(config, GraphBuilder.build(config), cursor.weights);
    }

    private static final class Cursor {
        private final float[] file;
        private final MapWeights weights;
        private int at = 7;

        Cursor(float[] file, MapWeights weights) {
            this.file = file;
            this.weights = weights;
        }

        void take(String name, int count) {
            float[] tensor = new float[count];
            System.arraycopy(file, at, tensor, 0, count);
            weights.tensors().put(name, tensor);
            at += count;
        }

        void takeLayers(int layers, String part, int count) {
            for (int layer = 0; layer < layers; layer++) {
                take("layer." + layer + "." + part + ".weight", count);
            }
        }
    }
}
