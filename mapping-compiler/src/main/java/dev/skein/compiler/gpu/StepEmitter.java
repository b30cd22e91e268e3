package dev.skein.compiler.gpu;

import dev.skein.compiler.gpu.Argument.Local;
import dev.skein.compiler.gpu.Argument.Memory;
import dev.skein.compiler.gpu.Argument.Real;
import dev.skein.compiler.gpu.Argument.Variable;
import dev.skein.compiler.gpu.Argument.Whole;
import dev.skein.compiler.gpu.Grid.Items;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.compiler.ir.ValueType.Rows;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.number.PackedRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Emits the launches of a step, op by op. */
final class StepEmitter {

    private static final int LANES = 16;

    /** What the items of a group that is a row share: a float each. */
    private static final Local SHARED = new Local(Float.BYTES);

    /**
     * What both kinds of steps have in common.
     *
     * @param limits lengths
     * @param capacity columns of scores: positions of a sequence, a multiple of 16
     * @param inputs buffers that describe the step
     * @param logits buffer of the result
     * @param result the value that lies there
     * @param precision the mode
     */
    record Shape(KernelPlan.Limits limits, int capacity, KernelPlan.Inputs inputs, int logits,
            Value result, Precision precision) {}

    /** Int8 rows and their scales. */
    private record Int8(int rows, int scales) {}

    private final Graph graph;
    private final Map<Value, ValueType> types;
    private final Map<Value, List<Node>> users;
    private final BufferPool pool;
    private final PlanMemory memory;
    private final Fusion fusion;
    private final ProductLaunches products;
    private final FastAttention fastAttention;
    private final Shape shape;
    private final boolean many;
    private final List<Launch> launches = new ArrayList<>();
    private final Map<Value, Integer> buffers = new HashMap<>();
    private final Map<Value, Int8> quantised = new HashMap<>();

    /** @param many whether steps have more than one token */
    StepEmitter(Graph graph, Map<Value, ValueType> types, BufferPool pool, PlanMemory memory,
            Shape shape, boolean many) {
        this.graph = graph;
        this.types = types;
        this.users = graph.users();
        this.pool = pool;
        this.memory = memory;
        this.fusion = Fusion.of(graph);
        this.products = new ProductLaunches(memory, shape.precision);
        this.fastAttention = new FastAttention(pool, memory, shape.limits,
                shape.precision);
        this.shape = shape;
        this.many = many;
    }

    List<Launch> emit() {
        for (Node node : graph.nodes()) {
            Optional<Product> product = fusion.startingAt(node);
            if (product.isPresent()) {
                product(product.get());
            } else if (!fusion.isInside(node)) {
                emit(node);
            }
            for (Value input : node.op().inputs()) {
                if (users.get(input).getLast().equals(node)
                        && fusion.readFor(node.value()).isEmpty()) {
                    release(input);
                }
            }
        }
        return launches;
    }

    private void release(Value value) {
        fusion.readFor(value).ifPresent(this::release);
        Integer buffer = buffers.remove(value);
        if (buffer != null && buffer != shape.logits) {
            pool.give(buffer);
        }
        Int8 rows = quantised.remove(value);
        if (rows != null) {
            give(rows);
        }
    }

    private void emit(Node node) {
        Value value = node.value();
        switch (node.op()) {
            case Op.Embed op -> elements("embed", value, memory(memory.floats(op.table())),
                    memory(shape.inputs.tokens()), out(value), width(value), count(value));
            case Op.PositionEmbed op -> elements("position_embed", value, in(op.x()),
                    memory(memory.floats(op.table())), out(value),
                    memory(shape.inputs.positions()), width(value), count(value));
            case Op.Norm op -> norm(op, value);
            case Op.Linear _ -> throw new IllegalStateException(value + " has no launch");
            case Op.Rope op -> elements("rope", value, in(op.x()),
                    memory(memory.floats(op.table())), out(value),
                    memory(shape.inputs.positions()), width(value), new Whole(op.headDim()),
                    new Whole(op.rotaryDim()),
                    new Whole(interleaved(op.style())), count(value));
            case Op.Attention op -> attention(op, value);
            case Op.Unary op -> elements(kernel(op.fn()), value, in(op.x()), out(value),
                    count(value));
            case Op.Binary op -> elements(kernel(op.fn()), value, in(op.a()), in(op.b()),
                    out(value), count(value));
            case Op.LastToken op -> elements("output_rows", value, in(op.x()),
                    memory(shape.inputs.outputs()), out(value), width(value), count(value));
            case Op.Output _ -> { }
            case Op.Gather _ -> throw new IllegalArgumentException(
                    "gather " + value + " in a graph that is not placed");
        }
    }

    private static String kernel(EwiseFunction fn) {
        return switch (fn) {
            case ADD -> "add";
            case MUL -> "mul";
            case RELU -> "relu";
            case SILU -> "silu_only";
            case GELU_TANH -> "gelu_tanh";
            case GELU_ERF -> "gelu_erf";
            case SILU_MUL -> "silu_mul";
            case COPY -> throw new IllegalArgumentException("copy is no op of a graph");
        };
    }

    private void elements(String kernel, Value value, Argument... arguments) {
        launch(kernel, Grid.of(Items.ELEMENTS, rows(value, types.get(value).width())), arguments);
    }

    private void launch(String kernel, Grid grid, Argument... arguments) {
        launches.add(new Launch(kernel, grid, List.of(arguments)));
    }

    /** {@code factor} for each row of a value. */
    private Count rows(Value value, int factor) {
        return perRow(types.get(value).rows(), factor);
    }

    private static Count perRow(Rows rows, int factor) {
        return switch (rows) {
            case TOKENS -> Count.perToken(factor);
            case LAST -> new Count(factor, Length.OUTPUTS, 1);
        };
    }

    private int mostRows(Rows rows) {
        return switch (rows) {
            case TOKENS -> shape.limits.maxTokens();
            case LAST -> shape.limits.maxSequences();
        };
    }

    private static Memory memory(int buffer) {
        return new Memory(buffer);
    }

    private Memory in(Value value) {
        return memory(buffers.get(value));
    }

    private Whole width(Value value) {
        return new Whole(types.get(value).width());
    }

    private Variable count(Value value) {
        return new Variable(rows(value, types.get(value).width()));
    }

    /** The buffer of a value that is about to be computed. */
    private Memory out(Value value) {
        ValueType type = types.get(value);
        int buffer = value.equals(shape.result) ? shape.logits : pool.take("activations",
                (long) Float.BYTES * mostRows(type.rows()) * type.width());
        buffers.put(value, buffer);
        return memory(buffer);
    }

    /** Straight to int8 where only matrices read it. */
    private void norm(Op.Norm op, Value value) {
        int cols = op.weight().cols();
        List<Argument> arguments = new ArrayList<>(List.of(in(op.x()),
                memory(memory.floats(op.weight()))));
        op.bias().ifPresent(bias -> arguments.add(memory(memory.floats(bias))));
        boolean fused = shape.precision.isExact() && op.groups() == 1
                && users.get(value).stream().allMatch(n -> n.op() instanceof Op.Linear);
        if (fused) {
            Int8 rows = take(mostRows(types.get(value).rows()), cols);
            quantised.put(value, rows);
            arguments.addAll(List.of(memory(rows.rows), memory(rows.scales)));
        } else {
            arguments.add(out(value));
        }
        arguments.addAll(List.of(new Whole(cols), new Real(op.eps()), SHARED));
        String kernel = switch (op.kind()) {
            case RMS -> "rms_norm";
            case LAYER -> "layer_norm";
        };
        launches.add(new Launch(fused ? kernel + "_quantise" : kernel,
                Grid.of(Items.COOPERATING, rows(value, op.groups())), arguments));
    }

    private void product(Product product) {
        Op.Linear first = product.matrices().getFirst();
        Rows rows = types.get(first.x()).rows();
        Optional<Memory> other = product instanceof Product.Single single
                ? single.join().map(join -> in(join.other())) : Optional.empty();
        launches.add(products.launch(product, new ProductLaunches.Operands(
                shape.precision.isExact() ? int8(first, rows) : List.of(in(first.x())), other,
                product.results().stream().map(this::out).toList(),
                perRow(rows, 1), many && mostRows(rows) > 1)));
    }

    /** What a matrix reads in int8, and the scales of its rows. */
    private List<Memory> int8(Op.Linear op, Rows rows) {
        Int8 x = quantised.computeIfAbsent(op.x(), v -> {
            Int8 taken = take(mostRows(rows), op.weight().cols());
            launch("quantise", Grid.of(Items.COOPERATING, rows(v, 1)), in(v), memory(taken.rows),
                    memory(taken.scales), width(v), SHARED);
            return taken;
        });
        return List.of(memory(x.rows), memory(x.scales));
    }

    private Int8 take(int rows, int cols) {
        return new Int8(pool.take("int8 rows", (long) rows * PackedRows.align16(cols)),
                pool.take("scales", (long) Float.BYTES * rows));
    }

    private void give(Int8 rows) {
        pool.give(rows.rows);
        pool.give(rows.scales);
    }

    /** Where each row of the step is in the cache. */
    private List<Argument> paging() {
        return List.of(memory(shape.inputs.positions()), memory(shape.inputs.sequences()),
                memory(shape.inputs.pages()), new Whole(shape.limits.pagesPerSequence()));
    }

    /** Queries, keys and values in int8, the latter two in the cache. */
    private void attentionInputs(Op.Attention op, Int8 q, PlanMemory.Cache cache) {
        Fusion.Inputs inputs = fusion.inputs(op);
        Optional<Op.Rope> rope = inputs.rope();
        launch("attention_inputs", Grid.of(Items.COOPERATING,
                        Count.perToken(op.heads() + 2 * op.kvHeads())),
                List.of(List.of(in(inputs.q()), in(inputs.k()), in(op.v()),
                        // no angles where nothing is turned
                        rope.map(r -> memory(memory.floats(r.table()))).orElse(in(inputs.q())),
                        memory(q.rows), memory(q.scales), memory(cache.keys()),
                        memory(cache.keyScales()), memory(cache.values()),
                        memory(cache.valueScales())), paging(),
                        List.of(new Whole(op.headDim()), new Whole(op.heads()),
                                new Whole(op.kvHeads()), new Whole(shape.limits.maxTokens()),
                                new Whole(rope.map(Op.Rope::rotaryDim).orElse(0)),
                                new Whole(rope.map(r -> interleaved(r.style())).orElse(0)),
                                SHARED)));
    }

    static int interleaved(RopeStyle style) {
        return switch (style) {
            case INTERLEAVED -> 1;
            case HALF -> 0;
        };
    }

    private void attention(Op.Attention op, Value value) {
        if (!shape.precision.isExact()) {
            Fusion.Inputs inputs = fusion.inputs(op);
            launches.addAll(fastAttention.launches(op, inputs.rope(), new FastAttention.Operands(
                    in(inputs.q()), in(inputs.k()), in(op.v()), out(value), paging())));
            return;
        }
        int maxTokens = shape.limits.maxTokens();
        int rows = op.heads() * maxTokens;
        Int8 q = take(rows, op.headDim());
        PlanMemory.Cache cache = memory.cache(op);
        attentionInputs(op, q, cache);
        int scores = pool.take("scores", (long) Float.BYTES * rows * shape.capacity);
        Int8 weights = take(rows, shape.capacity);
        Memory spans = memory(memory.spans(op));
        Whole headDim = new Whole(op.headDim());
        List<Argument> sizes = List.of(new Whole(op.heads() / op.kvHeads()),
                new Whole(op.kvHeads()), new Whole(maxTokens), new Whole(shape.capacity),
                new Variable(Count.perToken(1)));
        Count tokenHeads = Count.perToken(op.heads());
        launch("attention_scores", new Grid(Items.COOPERATING,
                        new Count(1, Length.CONTEXT, KernelPlan.PAGE), tokenHeads),
                List.of(List.of(memory(q.rows), memory(q.scales), memory(cache.keys()),
                        memory(cache.keyScales()), spans, memory(scores)), paging(),
                        List.of(headDim), sizes));
        launch("attention_weights", Grid.of(Items.COOPERATING, tokenHeads),
                List.of(List.of(memory(scores), memory(cache.valueScales()), spans,
                        memory(weights.rows), memory(weights.scales)), paging(),
                        List.of(new Real(op.factor())), sizes, List.of(SHARED)));
        launch("attention_values", new Grid(Items.COOPERATING,
                        Count.of(Math.ceilDiv(op.headDim(), LANES)), tokenHeads),
                List.of(List.of(memory(weights.rows), memory(weights.scales),
                        memory(cache.values()), spans, out(value)), paging(), List.of(headDim),
                        sizes, List.of(new Local(Integer.BYTES * LANES))));
        give(q);
        give(weights);
        pool.give(scores);
    }

    private void launch(String kernel, Grid grid, List<List<Argument>> arguments) {
        launches.add(new Launch(kernel, grid, arguments.stream().flatMap(List::stream)
                .toList()));
    }
}
