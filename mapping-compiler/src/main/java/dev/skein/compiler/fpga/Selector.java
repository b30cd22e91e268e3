package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Distribution.Split;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.Extent;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.Region;
import dev.skein.hls.isa.Space;
import dev.skein.hls.isa.Span;
import dev.skein.hls.isa.Tokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Emits the stream of one core, op by op; what no core needs to do twice is done once. */
final class Selector {
    private final Graph graph;
    private final FpgaTarget target;
    private final MemoryPlan memory;
    private final ActivationPlan activations;
    private final CoreEmitter emit;
    private final Map<String, List<WeightTile>> tiles;
    private final Map<String, Integer> ropeTables;
    private final Set<Value> restarts;
    private final Set<Value> quantised = new HashSet<>();
    private final Set<String> loadedTables = new HashSet<>();
    private final Set<Value> done = new HashSet<>();
    private final Map<Value, AttentionSelector> appends = new HashMap<>();

    private Selector(Graph graph, FpgaTarget target, MemoryPlan memory, ActivationPlan activations,
            CoreEmitter emit, Map<String, List<WeightTile>> tiles,
            Map<String, Integer> ropeTables) {
        this.graph = graph;
        this.target = target;
        this.memory = memory;
        this.activations = activations;
        this.emit = emit;
        this.tiles = tiles;
        this.ropeTables = ropeTables;
        this.restarts = restarts();
        graph.nodes().forEach(this::attentionAhead);
    }

    /**
     * Where the rings go back to their start, once a layer, so that all layers look alike: late in
     * the linear layer with most tiles, where the MPE is close behind the loads and the places that
     * are left out are not missed.
     */
    private Set<Value> restarts() {
        var out = new HashSet<Value>();
        Value longest = null;
        int most = 0;
        for (Node node : graph.nodes()) {
            switch (node.op()) {
                case Op.Attention _, Op.LastToken _ -> {
                    if (longest != null) {
                        out.add(longest);
                    }
                    longest = null;
                    most = 0;
                }
                case Op.Linear linear -> {
                    int count = tilesOf(linear).size();
                    if (count >= most) {
                        most = count;
                        longest = node.value();
                    }
                }
                case Op _ -> { }
            }
        }
        return out;
    }

    private List<WeightTile> tilesOf(Op.Linear op) {
        return tiles.getOrDefault(op.weight().name() + "+"
                + op.bias().map(WeightRef::name).orElse(""), List.of());
    }

    /**
     * The stream of a core, without tokens.
     *
     * @param tokens tokens of the largest step; 1 gives MV code, more gives MM code
     */
    static List<Instruction> select(Graph graph, FpgaTarget target, MemoryPlan memory,
            ActivationPlan activations, int core, int tokens) {
        var ropeTables = new HashMap<String, Integer>();
        int parBase = 0;
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Rope r && !ropeTables.containsKey(r.table().name())) {
                ropeTables.put(r.table().name(), parBase);
                parBase += FpgaTarget.align(4 * r.rotaryDim() * tokens,
                        FpgaTarget.BUFFER_ALIGNMENT);
            }
        }
        if (parBase > target.buffers().parBytes() / 2) {
            throw new FpgaException("the RoPE rows of " + tokens + " tokens need " + parBase
                    + " bytes, more than half of the parameter buffer");
        }
        var emit = new CoreEmitter(core, tokens > 1,
                new Ring("weight", 0, target.buffers().wgtBytes()),
                new Ring("parameter", parBase, target.buffers().parBytes()));
        var tiles = new HashMap<String, List<WeightTile>>();
        for (WeightTile tile : memory.tiles()) {
            if (tile.core() == core) {
                tiles.computeIfAbsent(tile.weight() + "+" + tile.bias(),
                        _ -> new ArrayList<>()).add(tile);
            }
        }
        var selector = new Selector(graph, target, memory, activations, emit, tiles, ropeTables);
        graph.nodes().forEach(selector::select);
        emit.add(new Instruction.End(Tokens.NONE));
        return emit.stream();
    }

    private View view(Value value) {
        return activations.view(value, emit.core());
    }

    private void select(Node node) {
        Value value = node.value();
        if (done.contains(value)) {
            return;
        }
        if (target.mapping().operations() == Mapping.Operations.SERIAL) {
            switch (node.op()) {
                case Op.Norm _, Op.Linear _, Op.Attention _ -> emit.meet();
                case Op _ -> { }
            }
        }
        switch (node.op()) {
            case Op.Embed embed -> embed(embed, view(value));
            case Op.PositionEmbed embed -> positions(embed, value);
            case Op.Norm norm -> norm(norm, value);
            case Op.Linear linear -> linear(linear, value);
            case Op.Rope rope -> rope(rope, value);
            case Op.Attention attention -> attention(attention, value);
            case Op.Unary _, Op.Binary _ -> elementwise(node, view(value).columns());
            case Op.LastToken last -> {
                if (view(value).width() > 0) {
                    emit.lastRow(view(last.x()), view(value));
                }
            }
            case Op.Gather gather -> {
                if (!activations.blocks().gathers().contains(value)) {
                    broadcast(gather, value, view(gather.x()).columns());
                    barrier(value);
                }
            }
            case Op.Output output -> output(view(output.x()));
        }
        AttentionSelector ready = appends.get(value);
        if (ready != null) {
            ready.append(value);
        }
    }

    private void embed(Op.Embed op, View out) {
        long index = memory.region(Region.Kind.INPUT, emit.core()).offset()
                - memory.region(Region.Kind.TABLES, emit.core()).offset();
        emit.add(new Instruction.LoadGather(Tokens.NONE, out.address(), out.stride(),
                MemoryPlan.TABLES, memory.table(op.table().name()).offset(), 4 * op.table().cols(),
                index, Extent.tokens(1)));
    }

    private void positions(Op.PositionEmbed op, Value value) {
        int rows = activations.scratch(value);
        View out = view(value);
        emit.loadAtPosition(Space.ACT, rows, Memory.DDR, MemoryPlan.TABLES,
                memory.table(op.table().name()).offset(), 4 * op.table().cols());
        View table = new View(rows, 4 * op.table().cols(), out.columns(), out.rows());
        emit.elementwise(EwiseFunction.ADD, view(op.x()), table, out);
    }

    private void norm(Op.Norm op, Value value) {
        int cols = op.weight().cols();
        View x = view(op.x());
        int parts = x.width() / cols;
        if (parts == 0) {
            return;
        }
        int weight = param(op.weight());
        int bias = op.kind() == NormKind.LAYER ? param(op.bias().orElseThrow()) : 0;
        if (!activations.blocks().norms().contains(value)) {
            norm(op, x, view(value), new Extent(parts, x.rows().mode()), weight, bias);
            return;
        }
        Int8Rows rows = activations.quantised(value);
        eachBlock(op.x(), (first, block) -> {
            View normed = view(value).rows(block.rows());
            norm(op, block, normed, block.rows(), weight, bias);
            emit.quantise(normed, rows.from(first));
        });
        quantised.add(value);
    }

    private void norm(Op.Norm op, View x, View out, Extent rows, int weight, int bias) {
        int cols = op.weight().cols();
        emit.add(new Instruction.Norm(Tokens.NONE, op.kind(), x.address(), 4 * cols,
                out.address(), 4 * cols, weight, bias, rows, cols, op.eps()));
    }

    /** Takes a block of rows that starts at row {@code first} of a gathered value. */
    private interface BlockReader {
        void read(int first, View block);
    }

    /** Exchanges a value a few rows at a time and reads each block once it is here. */
    private void eachBlock(Value gathered, BlockReader reader) {
        View own = view(((Op.Gather) graph.node(gathered).op()).x());
        View buffers = view(gathered);
        Extent rows = Extent.fixed(RowBlocks.ROWS);
        int bytes = RowBlocks.ROWS * buffers.stride();
        for (int first = 0; first < activations.tokens(); first += RowBlocks.ROWS) {
            int at = buffers.address() + first / RowBlocks.ROWS % RowBlocks.BUFFERS * bytes;
            View block = new View(at, buffers.stride(), buffers.columns(), rows);
            if (own.width() > 0) {
                emit.add(new Instruction.Broadcast(Tokens.NONE,
                        own.address() + first * own.stride(), own.stride(),
                        block.part(own.columns()).address(), block.stride(), rows, own.width()));
            }
            emit.add(new Instruction.Barrier(Tokens.NONE, at, bytes));
            reader.read(first, block);
        }
    }

    private int param(WeightRef ref) {
        Memory where = memory.region(Region.Kind.PARAMS, emit.core()).memory();
        return emit.param(ref.name(), where, memory.params().get(ref.name()), 4 * ref.cols());
    }

    private void linear(Op.Linear op, Value value) {
        View out = view(value);
        Int8Rows x = activations.quantised(op.x());
        if (quantised.add(op.x())) {
            if (activations.blocks().gathers().contains(op.x())) {
                eachBlock(op.x(), (first, block) -> emit.quantise(block, x.from(first)));
            } else {
                emit.quantise(view(op.x()), x);
            }
        }
        if (target.mapping().activations() == Mapping.Activations.OFF_CHIP) {
            Memory where = memory.region(Region.Kind.SCRATCH, emit.core()).memory();
            emit.throughMemory(x, where);
        }
        Chain chain = activations.chain(value);
        if (out.width() > 0) {
            tiles(op, value, x, chain);
        }
        chain.gather().ifPresent(g -> barrier(g.value()));
        chain.nodes().forEach(node -> done.add(node.value()));
    }

    private void tiles(Op.Linear op, Value value, Int8Rows x, Chain chain) {
        View out = view(value);
        List<WeightTile> all = tilesOf(op);
        for (int i = 0; i < all.size(); i++) {
            WeightTile tile = all.get(i);
            if (i == 3 * all.size() / 4 && restarts.contains(value)) {
                emit.weights().restart();
                emit.params().restart();
            }
            int at = emit.weights().take(tile.bytes(), tile.weight());
            if (tile.rows().width() == 0 && activations.tokens() > 1) {
                continue;
            }
            emit.load(tile, at);
            emit.linear(x, tile, at, out);
            chain.steps().forEach(step -> elementwise(step, tile.rows()));
            chain.gather().ifPresent(g ->
                    broadcast((Op.Gather) g.op(), g.value(), tile.rows()));
        }
    }

    private void rope(Op.Rope op, Value value) {
        View x = view(op.x());
        View out = view(value);
        if (out.width() == 0) {
            return;
        }
        if (!activations.inPlace(value, op.x())) {
            emit.elementwise(EwiseFunction.COPY, x, x, out);
        }
        int table = ropeTables.get(op.table().name());
        if (loadedTables.add(op.table().name())) {
            emit.loadAtPosition(Space.PAR, table, Memory.DDR, MemoryPlan.TABLES,
                    memory.table(op.table().name()).offset(), 4 * op.rotaryDim());
        }
        emit.add(new Instruction.Rope(Tokens.NONE, out.address(), out.stride(), out.rows(),
                out.width() / op.headDim(), op.headDim(), op.rotaryDim(), op.style(), table));
    }

    /** The keys and values of an op are appended to the cache as soon as they are computed. */
    private void attentionAhead(Node node) {
        if (!(node.op() instanceof Op.Attention op)) {
            return;
        }
        Range own = ((Split) node.distribution().orElseThrow()).ranges().get(emit.core());
        int group = op.heads() / op.kvHeads();
        int from = own.from() / op.headDim() / group;
        int to = own.to() / op.headDim() / group;
        boolean decode = activations.tokens() == 1;
        boolean ignored = decode
                && target.mapping().decodeSpans() == Mapping.DecodeSpans.IGNORED;
        var shape = new AttentionSelector.Shape(op.headDim(), group, op.factor(),
                memory.kv().get(op.layer()).subList(from, to),
                IntStream.range(from, to).mapToObj(h -> ignored ? Span.DENSE : op.span(h)).toList(),
                activations.maxContext(), decode);
        var selector = new AttentionSelector(emit, shape, activations.attention(node.value()),
                new AttentionSelector.Views(op, this::view));
        appends.put(op.k(), selector);
        appends.put(op.v(), selector);
    }

    private void attention(Op.Attention op, Value value) {
        AttentionSelector selector = appends.get(op.k());
        if (activations.tokens() == 1 && target.mapping().caches() == Mapping.Caches.RELOADED) {
            selector.reload(true);
            emit.meet();
            selector.reload(false);
            emit.meet();
        }
        selector.emit(view(value));
    }

    /** One element-wise op on some columns; all of its inputs have them. */
    private void elementwise(Node node, Range columns) {
        if (columns.width() == 0) {
            return;
        }
        View out = view(node.value()).part(columns);
        switch (node.op()) {
            case Op.Unary u -> emit.elementwise(u.fn(), view(u.x()).part(columns),
                    view(u.x()).part(columns), out);
            case Op.Binary b -> emit.elementwise(b.fn(), view(b.a()).part(columns),
                    view(b.b()).part(columns), out);
            case Op op -> throw new IllegalArgumentException(op + " is not element-wise");
        }
    }

    private void broadcast(Op.Gather gather, Value value, Range columns) {
        if (columns.width() > 0) {
            View own = view(gather.x()).part(columns);
            View to = view(value).part(columns);
            emit.add(new Instruction.Broadcast(Tokens.NONE, own.address(), own.stride(),
                    to.address(), to.stride(), own.rows(), own.width()));
        }
    }

    private void barrier(Value gathered) {
        emit.add(new Instruction.Barrier(Tokens.NONE, view(gathered).address(),
                activations.bytes(gathered)));
    }

    private void output(View own) {
        if (own.width() > 0) {
            emit.add(new Instruction.Store(Tokens.NONE, Space.ACT, own.address(), Memory.DDR,
                    MemoryPlan.OUTPUT, 4L * own.columns().from(), 0, 4 * own.width(),
                    Extent.fixed(1)));
        }
    }
}
