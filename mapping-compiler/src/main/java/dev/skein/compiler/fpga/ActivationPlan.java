package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution;
import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Distribution.Split;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.isa.Extent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The places of all values in ACT, the same on every core, by life time.
 *
 * <p>Gathered values have an area of their own at the start of the buffer, because other cores
 * write it: a place there is used again only after a barrier that follows the last reader, so no
 * core can run ahead and overwrite what another still reads. Everything above is private to a
 * core.
 */
final class ActivationPlan {
    private final Graph graph;
    private final int maxContext;
    private final int tokens;
    private final int outputs;
    private final Map<Value, ValueType> types;
    private final Map<Value, Distribution> where = new HashMap<>();
    private final Map<Value, Integer> lastUse = new HashMap<>();
    private final Map<Value, Value> roots = new HashMap<>();
    private final Set<Value> shared = new HashSet<>();
    private final Map<Value, Integer> addresses = new HashMap<>();
    private final Map<Value, Int8Rows> quantised = new HashMap<>();
    private final Map<Value, AttentionBuffers> attention = new HashMap<>();
    private final Map<Value, AttentionBuffers.Appended> appended = new HashMap<>();
    private final Map<Value, Chain> chains;
    private final RowBlocks blocks;
    /** Where a node begins to be computed: with the linear layer of its chain. */
    private final Map<Value, Integer> births = new HashMap<>();
    private final LiveRanges gathers = new LiveRanges(0);
    private LiveRanges locals;

    /**
     * Plans for steps of up to {@code tokens} tokens.
     *
     * @param mapping whether cores exchange columns as they come; padding of linear layers
     * @param level what is done to need less room
     */
    ActivationPlan(Graph graph, Map<Value, ValueType> types, int maxContext, int tokens,
            Mapping mapping, RowBlocks.Level level) {
        this.graph = graph;
        this.types = types;
        this.maxContext = maxContext;
        this.tokens = tokens;
        this.outputs = mapping.outputs();
        this.chains = Chain.of(graph,
                tokens == 1 && mapping.operations() == Mapping.Operations.OVERLAPPED);
        this.blocks = RowBlocks.of(graph, types, level);
        analyse(level == RowBlocks.Level.CACHED);
        placeGathers();
        placeLocals();
    }

    /** Bytes of ACT that are used. */
    int bytes() {
        return locals.high();
    }

    /** Where a core finds its columns of a value. */
    View view(Value value, int core) {
        ValueType type = types.get(value);
        Range columns = switch (where.get(value)) {
            case Split split -> split.ranges().get(core);
            case Distribution.Replicated _ -> new Range(0, type.width());
        };
        return new View(addresses.get(roots.get(value)), 4 * columns.width(), columns,
                type.rows() == ValueType.Rows.TOKENS ? Extent.tokens(1) : Extent.fixed(1));
    }

    /** What goes on column by column behind a linear layer. */
    Chain chain(Value linear) {
        return chains.getOrDefault(linear, Chain.NONE);
    }

    /** Which gathers are exchanged a few rows at a time. */
    RowBlocks blocks() {
        return blocks;
    }

    /** The longest context. */
    int maxContext() {
        return maxContext;
    }

    /** Tokens of the largest step. */
    int tokens() {
        return tokens;
    }

    /** The quantised rows of a value that linear layers read. */
    Int8Rows quantised(Value value) {
        return quantised.get(value);
    }

    /** The buffers of an attention op. */
    AttentionBuffers attention(Value value) {
        return attention.get(value);
    }

    /** Whether a RoPE result has its input's place, so that nothing needs copying. */
    boolean inPlace(Value result, Value input) {
        return roots.get(result).equals(roots.get(input));
    }

    /** Address of the scratch rows of a position embedding. */
    int scratch(Value value) {
        return addresses.get(new Value(value.name() + ".rows"));
    }

    private void analyse(boolean cachedLeave) {
        List<Node> nodes = graph.nodes();
        Set<Value> read = new HashSet<>();
        for (int i = 0; i < nodes.size(); i++) {
            // Keys and values are in the cache by then.
            List<Value> inputs = cachedLeave && nodes.get(i).op() instanceof Op.Attention a
                    ? List.of(a.q()) : nodes.get(i).op().inputs();
            for (Value input : inputs) {
                // The first linear layer quantises its input; the others read the int8 rows.
                if (!(nodes.get(i).op() instanceof Op.Linear) || read.add(input)) {
                    // Blocks of rows are exchanged when the next op wants them.
                    boolean late = blocks.gathers().contains(nodes.get(i).value());
                    lastUse.merge(input, late ? i + 1 : i, Math::max);
                }
            }
            lastUse.putIfAbsent(nodes.get(i).value(), i);
            where.put(nodes.get(i).value(), nodes.get(i).distribution().orElseThrow());
        }
        for (int i = 0; i < nodes.size(); i++) {
            Value value = nodes.get(i).value();
            roots.put(value, value);
            Optional<Value> input = inPlaceOf(nodes.get(i), i);
            if (input.isPresent()) {
                Value root = roots.get(input.get());
                roots.put(value, root);
                lastUse.merge(root, lastUse.get(value), Math::max);
            }
            if (nodes.get(i).op() instanceof Op.Gather) {
                shared.add(value);
            }
            births.putIfAbsent(value, i);
            for (Node follower : chain(value).nodes()) {
                births.put(follower.value(), i);
            }
        }
    }

    /** The input whose place the result of an element-wise op takes: one that dies with it. */
    private Optional<Value> inPlaceOf(Node node, int index) {
        List<Value> candidates = switch (node.op()) {
            case Op.Rope rope -> List.of(rope.x());
            case Op.Unary unary -> List.of(unary.x());
            case Op.Binary binary -> List.of(binary.a(), binary.b());
            case Op _ -> List.of();
        };
        // A gathered value is not a core's own: the others write its place.
        return candidates.stream().filter(v -> lastUse.get(v) == index && !shared.contains(v)
                && where.get(v).equals(where.get(node.value()))).findFirst();
    }

    private void placeGathers() {
        List<Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Value value = nodes.get(i).value();
            if (nodes.get(i).op() instanceof Op.Gather) {
                addresses.put(value, gathers.take(bytes(value), births.get(value),
                        barrierAfter(lastUse.get(value))));
            }
        }
    }

    private int barrierAfter(int index) {
        List<Node> nodes = graph.nodes();
        for (int i = index + 1; i < nodes.size(); i++) {
            if (nodes.get(i).op() instanceof Op.Gather) {
                return i;
            }
        }
        return nodes.size();
    }

    private void placeLocals() {
        locals = new LiveRanges(gathers.high());
        List<Node> nodes = graph.nodes();
        Map<Value, Integer> lastLinear = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            if (nodes.get(i).op() instanceof Op.Linear linear) {
                lastLinear.put(linear.x(), i);
            }
        }
        Map<Value, Value> firstKeys = new HashMap<>();
        for (Node node : nodes) {
            if (node.op() instanceof Op.Attention a) {
                firstKeys.put(a.k(), node.value());
                firstKeys.put(a.v(), node.value());
            }
        }
        for (int i = 0; i < nodes.size(); i++) {
            int at = i;
            Value value = nodes.get(i).value();
            if (firstKeys.containsKey(value)) {
                appended.computeIfAbsent(firstKeys.get(value), v -> appended(v, at));
            }
            if (blocks.norms().contains(value)) {
                quantised.put(value, int8(value, at, lastLinear.get(value)));
            }
            switch (nodes.get(i).op()) {
                case Op.Linear linear -> quantised.computeIfAbsent(linear.x(),
                        x -> int8(x, at, lastLinear.get(x)));
                case Op.Attention a -> attention.put(value, AttentionBuffers.take(size(a),
                        appended.get(value), bytes -> locals.take(bytes, at, at)));
                case Op.PositionEmbed _ -> addresses.put(new Value(value.name() + ".rows"),
                        locals.take(bytes(value), at, at));
                case Op _ -> { }
            }
            boolean stored = !(nodes.get(i).op() instanceof Op.Gather)
                    && !(nodes.get(i).op() instanceof Op.Output);
            if (stored && roots.get(value).equals(value)) {
                addresses.put(value, locals.take(bytes(value), births.get(value),
                        lastUse.get(value)));
            }
        }
    }

    private AttentionBuffers.Appended appended(Value attention, int birth) {
        int index = graph.nodes().indexOf(graph.node(attention));
        var op = (Op.Attention) graph.nodes().get(index).op();
        return AttentionBuffers.appended(size(op), bytes -> locals.take(bytes, birth, index));
    }

    private AttentionBuffers.Size size(Op.Attention a) {
        return new AttentionBuffers.Size(widest(a.k()) / a.headDim(), a.heads() / a.kvHeads(),
                a.headDim(), tokens, maxContext);
    }

    private Int8Rows int8(Value x, int birth, int death) {
        int cols = types.get(x).width();
        int address = locals.take((long) rows(x) * FpgaTarget.align(cols,
                FpgaTarget.BUFFER_ALIGNMENT), birth, death);
        return Int8Rows.of(address, locals.take(4L * rows(x), birth, death), cols);
    }

    private int rows(Value value) {
        return types.get(value).rows() == ValueType.Rows.TOKENS ? tokens : 1;
    }

    /** Bytes of a value on the core that has most of it; of its blocks if it is never whole. */
    int bytes(Value value) {
        int rows = blocks.gathers().contains(value) ? RowBlocks.BUFFERS * RowBlocks.ROWS
                : blocks.norms().contains(value) ? RowBlocks.ROWS : rows(value);
        boolean padded = outputs > 1 && tokens == 1
                && graph.node(value).op() instanceof Op.Linear;
        return Math.toIntExact(Math.multiplyExact(4L * rows,
                FpgaTarget.align((long) widest(value), padded ? outputs : 1)));
    }

    private int widest(Value value) {
        return switch (where.get(value)) {
            case Split s -> s.ranges().stream().mapToInt(Range::width).max().orElseThrow();
            case Distribution.Replicated _ -> types.get(value).width();
        };
    }
}
