package dev.skein.compiler.ir;

import dev.skein.hls.isa.Span;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a graph means: executes it op by op in binary32 with sums in binary64, and keeps the KV
 * cache of one sequence. Everything that is lowered from the graph is compared with it.
 *
 * <p>From stage {@code QUANTISED} on, a linear layer uses the quantised value of its weights and
 * int8 activations, one scale a token; attention uses an int8 cache, queries and probabilities,
 * as the hardware does; {@link #wide} leaves int8 out and keeps the weights.
 *
 * <p>Not safe for use by several threads; large layers use all cores themselves.
 */
public final class Interpreter {
    private final Graph graph;
    private final Weights weights;
    private final boolean int8;
    private final boolean int8Cache;
    private final int contextLimit;
    private final int[][] inputs;
    private final int[] lastUses;
    private final Optional<CachedAttention> cached;
    private final Map<String, float[]> loaded = new HashMap<>();
    private final Map<Integer, KvCache> caches = new HashMap<>();
    private Observer observer = Observer.NONE;
    private int position;

    /**
     * @param graph any stage
     * @param weights read when first used, and held
     * @throws GraphException if the graph is not consistent
     */
    public Interpreter(Graph graph, Weights weights) {
        this(graph, weights, Optional.empty());
    }

    /**
     * @param graph any stage
     * @param weights read when first used, and held
     * @param cached does the attention, if there is one, and keeps the cache; spans of the graph
     *     then have no effect, and its heads are not observed
     * @throws GraphException if the graph is not consistent
     */
    public Interpreter(Graph graph, Weights weights, Optional<CachedAttention> cached) {
        this(graph, weights, cached, graph.stage().atLeast(Stage.QUANTISED),
                graph.stage().atLeast(Stage.QUANTISED));
    }

    private Interpreter(Graph graph, Weights weights, Optional<CachedAttention> cached,
            boolean int8, boolean int8Cache) {
        Verifier.verify(graph);
        this.int8 = int8;
        this.int8Cache = int8Cache;
        this.cached = cached;
        this.graph = graph;
        this.weights = Objects.requireNonNull(weights, "weights");
        contextLimit = graph.contextLimit();
        inputs = graph.inputSlots();
        lastUses = Graph.lastUses(inputs);
    }

    /**
     * One whose activations are binary32 at any stage.
     *
     * @param int8Cache whether keys and values are int8; else they are binary32, too
     * @throws GraphException if the graph is not consistent
     */
    public static Interpreter wide(Graph graph, Weights weights, boolean int8Cache) {
        return new Interpreter(graph, weights, Optional.empty(), false, int8Cache);
    }

    /** Has every intermediate reported from now on. */
    public void observe(Observer other) {
        observer = Objects.requireNonNull(other, "observer");
    }

    /** Tokens in the cache. */
    public int position() {
        return position;
    }

    /** Forgets the sequence. */
    public void reset() {
        cached.ifPresent(CachedAttention::reset);
        position = 0;
    }

    /** Forgets all but the first {@code tokens} tokens of the sequence. */
    public void truncate(int tokens) {
        Require.range("tokens to keep", tokens, 0, position);
        Require.that(cached.isEmpty(), "attention with a cache of its own forgets whole sequences");
        position = tokens;
    }

    /**
     * Feeds one or more tokens.
     *
     * @return logits of the last one, {@code [vocab]}
     * @throws IllegalArgumentException if there is no token, an id is outside the embedding or the
     *     sequence becomes too long; the state is then as before
     */
    public float[] step(int... tokens) {
        return run(tokens, true);
    }

    /** As {@link #step}, but with the logits of every token: {@code [tokens, vocab]}. */
    public float[] stepAll(int... tokens) {
        return run(tokens, false);
    }

    private float[] run(int[] tokens, boolean lastOnly) {
        Require.range("number of tokens", tokens.length, 1, contextLimit);
        Require.range("tokens of the sequence", (long) position + tokens.length, 1, contextLimit);
        List<Node> nodes = graph.nodes();
        float[][] slots = new float[nodes.size()][];
        int[] rows = new int[nodes.size()];
        for (int i = 0; i < slots.length; i++) {
            Node node = nodes.get(i);
            int[] in = inputs[i];
            int count = in.length == 0 ? tokens.length : rows[in[0]];
            rows[i] = node.op() instanceof Op.LastToken && lastOnly ? 1 : count;
            float[][] read = Arrays.stream(in).mapToObj(slot -> slots[slot])
                    .toArray(float[][]::new);
            slots[i] = compute(node, read, count, rows[i], tokens);
            observer.computed(node.value(), rows[i], slots[i]);
            for (int slot : in) {
                if (lastUses[slot] == i) {
                    slots[slot] = null;
                }
            }
        }
        position += tokens.length;
        return slots[slots.length - 1];
    }

    /**
     * Computes one node for a whole sequence from position 0 on, whatever was fed before, and
     * forgets the weights: for {@link Lockstep}, which holds the other values.
     */
    float[] evaluate(Node node, float[][] in, int[] tokens) {
        position = 0;
        float[] y = compute(node, in, tokens.length, tokens.length, tokens);
        caches.clear();
        return y;
    }

    /** Forgets the weights that were read. */
    void forgetWeights() {
        loaded.clear();
    }

    private float[] compute(Node node, float[][] in, int rows, int keptRows, int[] tokens) {
        return switch (node.op()) {
            case Op.Embed embed -> embed(embed, tokens);
            case Op.PositionEmbed embed -> positionEmbed(embed, in[0], rows);
            case Op.Norm norm -> norm(norm, in[0]);
            case Op.Linear linear -> linear(linear, in[0], rows);
            case Op.Rope rope -> rope(rope, in[0], rows);
            case Op.Attention attention -> attention(node.value(), attention, in, rows);
            case Op.Unary unary -> unary(unary, in[0]);
            case Op.Binary binary -> binary(binary, in[0], in[1]);
            case Op.LastToken _ -> {
                int width = in[0].length / rows;
                yield Arrays.copyOfRange(in[0], (rows - keptRows) * width, in[0].length);
            }
            case Op.Output _, Op.Gather _ -> in[0];
        };
    }

    private float[] embed(Op.Embed op, int[] tokens) {
        for (int token : tokens) {
            Require.range("token id", token, 0, op.table().rows() - 1);
        }
        float[] table = weight(op.table());
        int width = op.table().cols();
        float[] y = new float[tokens.length * width];
        for (int t = 0; t < tokens.length; t++) {
            System.arraycopy(table, tokens[t] * width, y, t * width, width);
        }
        return y;
    }

    private float[] positionEmbed(Op.PositionEmbed op, float[] x, int rows) {
        float[] table = weight(op.table());
        int width = op.table().cols();
        float[] y = new float[x.length];
        for (int i = 0; i < rows * width; i++) {
            y[i] = x[i] + table[position * width + i];
        }
        return y;
    }

    private float[] norm(Op.Norm op, float[] x) {
        float[] weight = weight(op.weight());
        float[] bias = op.bias().map(this::weight).orElse(null);
        float[] y = new float[x.length];
        for (int at = 0; at < x.length; at += weight.length) {
            Kernels.norm(op, x, at, weight, bias, y);
        }
        return y;
    }

    private float[] linear(Op.Linear op, float[] x, int rows) {
        float[] w = op.format().isPresent() ? quantised(op) : weight(op.weight());
        float[] bias = op.bias().map(this::weight).orElse(null);
        float[] scales = new float[rows];
        Arrays.fill(scales, 1);
        float[] read = x;
        if (int8) {
            read = x.clone();
            int width = x.length / rows;
            for (int r = 0; r < rows; r++) {
                scales[r] = Int8.quantise(read, r * width, width);
            }
        }
        return Kernels.linear(read, rows, op.weight(), w, bias, scales);
    }

    /** What int8 activations stand for: {@code [rows, width]} rounded, one scale a row. */
    public static float[] int8(float[] x, int rows) {
        float[] y = x.clone();
        int width = x.length / rows;
        for (int at = 0; at < y.length; at += width) {
            float scale = Int8.quantise(y, at, width);
            for (int i = at; i < at + width; i++) {
                y[i] *= scale;
            }
        }
        return y;
    }

    private float[] rope(Op.Rope op, float[] x, int rows) {
        float[] table = weight(op.table());
        float[] y = x.clone();
        for (int r = 0; r < rows; r++) {
            for (int head = 0; head < op.heads(); head++) {
                Kernels.rope(op, y, (r * op.heads() + head) * op.headDim(), table, position + r);
            }
        }
        return y;
    }

    private float[] attention(Value value, Op.Attention op, float[][] in, int rows) {
        if (cached.isPresent()) {
            return cached.get().attend(op, position, rows, in[0], in[1], in[2]);
        }
        KvCache cache = caches.computeIfAbsent(op.layer(), _ -> new KvCache(op, int8,
                int8Cache));
        cache.append(position, rows, in[1], in[2]);
        float[] q = int8 ? in[0].clone() : in[0];
        float[] y = new float[q.length];
        int share = op.heads() / op.kvHeads();
        boolean observed = observer != Observer.NONE;
        long work = observed ? 0 : (long) y.length * (position + rows);
        Kernels.forEach(op.heads(), work, head -> {
            for (int r = 0; r < rows; r++) {
                int at = (r * op.heads() + head) * op.headDim();
                float[] scores = cache.scores(q, at, head / share, position + r + 1, op.factor());
                hide(scores, op.span(head / share));
                float[] p = KvCache.probabilities(scores);
                if (observed) {
                    observer.attended(value, r, head, scores, p.clone());
                }
                cache.mix(p, head / share, y, at);
            }
        });
        return y;
    }

    /** What the token at the end does not see weighs nothing. */
    private static void hide(float[] scores, Span span) {
        int to = Math.min(scores.length, span.hiddenTo(scores.length - 1));
        if (span.gapFrom() < to) {
            Arrays.fill(scores, span.gapFrom(), to, Float.NEGATIVE_INFINITY);
        }
    }

    private float[] unary(Op.Unary op, float[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) Functions.unary(op.fn(), x[i]);
        }
        return y;
    }

    private float[] binary(Op.Binary op, float[] a, float[] b) {
        float[] y = new float[a.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (float) Functions.binary(op.fn(), a[i], b[i]);
        }
        return y;
    }

    private float[] weight(WeightRef ref) {
        return loaded.computeIfAbsent(ref.name(), _ -> checked(ref));
    }

    private float[] quantised(Op.Linear op) {
        WeightRef ref = op.weight();
        return loaded.computeIfAbsent(ref.name() + ":" + op.format().orElseThrow(), _ ->
                weights.quantised(ref, op.format().orElseThrow(), 0, ref.rows()).dequantise());
    }

    private float[] checked(WeightRef ref) {
        float[] data = weights.get(ref.name());
        Require.equal("number of elements of " + ref.name(), data.length,
                "that of the shape " + ref, ref.elements());
        return data;
    }
}
