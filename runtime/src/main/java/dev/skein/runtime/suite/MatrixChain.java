package dev.skein.runtime.suite;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.compress.QuantisedMatrix;
import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.frontend.ModelConfig;
import dev.skein.compiler.frontend.sample.SeededWeights;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.Stage;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.compiler.ir.Weights;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.number.Sfu;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The matrices of a layer and the head of a model, each once, one after the other, without anything
 * between them but the quantisation that each needs: {@code [hidden, hidden]}, {@code
 * [intermediate, hidden]}, {@code [hidden, intermediate]}, {@code [vocab, hidden]}. Together they
 * are more than caches hold, so that none is in a cache when its turn comes.
 *
 * @param config of the model
 * @param format of all of them
 */
record MatrixChain(ModelConfig config, WeightFormat format) {
    static final long SEED = 1;
    private static final int TOKENS = 16;
    private static final int PIECE_ROWS = 64;

    /** Whose ids are those of {@link #TOKENS} rows of an embedding. */
    Graph graph() {
        List<Node> nodes = new ArrayList<>();
        nodes.add(Node.of("embed", new Op.Embed(new WeightRef("embed", TOKENS,
                config.hiddenSize()))));
        List<WeightRef> matrices = matrices();
        Value x = nodes.getFirst().value();
        for (WeightRef matrix : matrices) {
            if (matrix.equals(matrices.getLast())) {
                x = add(nodes, "last", new Op.LastToken(x));
            }
            x = add(nodes, matrix.name(),
                    new Op.Linear(x, matrix, Optional.empty(), Optional.empty()));
        }
        add(nodes, "logits", new Op.Output(x));
        return new QuantiseWeights(new QuantScheme(format, format)).run(
                new Graph(config.name() + " matrices", Stage.TENSOR, nodes),
                PassContext.shapesOnly());
    }

    private static Value add(List<Node> nodes, String name, Op op) {
        nodes.add(Node.of(name, op));
        return nodes.getLast().value();
    }

    private List<WeightRef> matrices() {
        int hidden = config.hiddenSize();
        int wide = config.mlp().intermediateSize();
        return List.of(new WeightRef("o", hidden, hidden), new WeightRef("up", wide, hidden),
                new WeightRef("down", hidden, wide),
                new WeightRef("head", config.vocabSize(), hidden));
    }

    Weights weights() {
        return new SeededWeights(config, SEED);
    }

    /** What the numeric contract says that the logits of a token are, by its scalar reference. */
    float[] expected(int token) {
        Weights weights = weights();
        float[] x = new float[config.hiddenSize()];
        weights.readRows(new WeightRef("embed", TOKENS, x.length), token, 1, x);
        for (WeightRef matrix : matrices()) {
            x = product(weights, matrix, x);
        }
        return x;
    }

    private float[] product(Weights weights, WeightRef matrix, float[] x) {
        var row = Sfu.quantise(x);
        byte[] q = Arrays.copyOf(row.values(), x.length);
        float[] y = new float[matrix.rows()];
        IntStream.range(0, Math.ceilDiv(y.length, PIECE_ROWS)).parallel().forEach(piece -> {
            int first = piece * PIECE_ROWS;
            QuantisedMatrix w = weights.quantised(matrix, format, first,
                    Math.min(PIECE_ROWS, y.length - first));
            int[] groups = new int[Math.max(1, format.groups(w.cols()))];
            for (int r = 0; r < w.rows(); r++) {
                for (int g = 0; g < groups.length; g++) {
                    groups[g] = w.groupScale(r, g);
                }
                long sum = Sfu.dot(q, Arrays.copyOfRange(w.values(), r * w.cols(),
                        (r + 1) * w.cols()), groups, format.groupSize());
                y[first + r] = Sfu.output(sum, w.channelScales()[r], row.scale());
            }
        });
        return y;
    }
}
