package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Distribution.Split;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.WeightRef;
import dev.skein.hls.board.Mapping;
import dev.skein.hls.isa.Memory;
import dev.skein.hls.isa.Region;
import dev.skein.hls.number.PackedRows;
import dev.skein.hls.number.StripRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives weights, caches and tables their places off chip. */
final class MemoryPlanner {
    private final Graph graph;
    private final FpgaTarget target;
    private final int maxContext;
    private final long[] weightEnd;
    private final long[] kvEnd;
    private long paramEnd;
    private long tableEnd;
    private int logits;
    /** Bytes of the widest int8 row that a linear layer reads. */
    private int widestInput;
    private final List<WeightTile> tiles = new ArrayList<>();
    private final Map<String, Long> params = new LinkedHashMap<>();
    private final Map<String, Table> tables = new LinkedHashMap<>();
    private final Map<Integer, List<KvCache>> kv = new LinkedHashMap<>();

    private MemoryPlanner(Graph graph, FpgaTarget target, int maxContext) {
        this.graph = graph;
        this.target = target;
        this.maxContext = maxContext;
        this.weightEnd = new long[target.cores()];
        this.kvEnd = new long[target.cores()];
    }

    /**
     * The plan of a placed graph.
     *
     * @param maxContext positions of the KV cache
     * @param maxTokens tokens of the largest step
     * @throws FpgaException if a memory is too small, naming what does not fit
     */
    static MemoryPlan plan(Graph graph, FpgaTarget target, int maxContext, int maxTokens) {
        if (maxContext > graph.contextLimit()) {
            throw new FpgaException("context " + maxContext + " is longer than the "
                    + graph.contextLimit() + " positions of model " + graph.name()
                    + ": choose a smaller --context");
        }
        var planner = new MemoryPlanner(graph, target, maxContext);
        graph.nodes().forEach(planner::place);
        return new MemoryPlan(planner.regions(maxTokens), planner.tiles, planner.params,
                List.copyOf(planner.tables.values()), planner.kv, maxContext, maxTokens);
    }

    private void place(Node node) {
        switch (node.op()) {
            case Op.Embed embed -> table(embed.table(), embed.table().rows());
            case Op.PositionEmbed embed -> table(embed.table(), maxContext);
            case Op.Rope rope -> table(rope.table(), maxContext);
            case Op.Norm norm -> {
                param(norm.weight());
                norm.bias().ifPresent(this::param);
            }
            case Op.Linear linear -> {
                widestInput = Math.max(widestInput, FpgaTarget.align(linear.weight().cols(),
                        FpgaTarget.BUFFER_ALIGNMENT));
                List<Range> ranges = ((Split) node.distribution().orElseThrow()).ranges();
                for (int core = 0; core < ranges.size(); core++) {
                    tiles(linear, core, ranges.get(core));
                }
            }
            case Op.Attention attention -> caches(attention);
            case Op.Output _ -> logits = width(node);
            case Op.Unary _, Op.Binary _, Op.LastToken _, Op.Gather _ -> { }
        }
    }

    private static int width(Node node) {
        return ((Split) node.distribution().orElseThrow()).width();
    }

    private void table(WeightRef ref, int rows) {
        tables.computeIfAbsent(ref.name(), name -> {
            Table table = new Table(name, tableEnd, rows, ref.cols());
            tableEnd = FpgaTarget.align(tableEnd + table.bytes(), FpgaTarget.MEMORY_ALIGNMENT);
            return table;
        });
    }

    private void param(WeightRef ref) {
        params.computeIfAbsent(ref.name(), _ -> {
            long at = paramEnd;
            paramEnd = FpgaTarget.align(at + 4L * ref.cols(), FpgaTarget.MEMORY_ALIGNMENT);
            return at;
        });
    }

    private void tiles(Op.Linear linear, int core, Range range) {
        var format = linear.format().orElseThrow();
        int k = linear.weight().cols();
        boolean biased = linear.bias().isPresent();
        // The rows that are packed together.
        int unit = format.isUniform() ? 1 : StripRows.ROWS;
        long unitBytes = format.isUniform()
                ? PackedRows.rowBytes(format.bits(), format.groupCode(), k) : format.stripBytes(k);
        int rowsPerTile = unit * unitsPerTile(unitBytes + unit * (biased ? 8 : 4), unit,
                linear.weight().name());
        int end = range.from() + FpgaTarget.align(range.width(), target.mapping().outputs());
        for (int from = range.from(), to; from < end; from = to) {
            // Narrow heads may part a strip: each core then has its rows of it, at a tile's end.
            boolean parted = from % unit != 0 && from < range.to();
            to = Math.min(end, parted ? FpgaTarget.align(from, unit) : from + rowsPerTile);
            Range rows = new Range(Math.min(from, range.to()), Math.min(to, range.to()));
            WeightTile tile = WeightTile.at(weightEnd[core], linear, core, rows,
                    to - from - rows.width());
            tiles.add(tile);
            weightEnd[core] = FpgaTarget.align(weightEnd[core] + tile.bytes(),
                    target.memories().get(core).turnBytes());
        }
    }

    /**
     * As many units (rows, or strips of them) as a tile's share of the buffer holds, in whole
     * passes of the MPE; if that is less than one pass, up to twice that share, but half of the
     * buffer at most.
     *
     * @param rows of a unit
     */
    private int unitsPerTile(long unitBytes, int rows, String what) {
        long wgt = target.buffers().wgtBytes();
        int tiles = target.mapping().tilesPerBuffer();
        int pass = Math.max(1, target.mvRows() / rows);
        long units = wgt / tiles / unitBytes;
        if (units >= pass) {
            return (int) (units - units % pass);
        }
        int few = Math.max(2, tiles / 2);
        long most = wgt / few / unitBytes;
        if (most < 1) {
            throw new FpgaException((rows == 1 ? "a row" : "a strip of " + rows + " rows") + " of "
                    + what + " has " + unitBytes + " bytes, more than 1/" + few
                    + " of the weight buffer of " + wgt + ": choose fewer weight bits");
        }
        return (int) Math.min(most, pass);
    }

    private void caches(Op.Attention a) {
        int rowBytes = FpgaTarget.align(a.headDim(), FpgaTarget.BUFFER_ALIGNMENT);
        var heads = new ArrayList<KvCache>(a.kvHeads());
        List<Range> split = target.split(a.kvHeads(), 1);
        for (int core = 0; core < split.size(); core++) {
            for (int head = split.get(core).from(); head < split.get(core).to(); head++) {
                KvCache cache = KvCache.at(kvEnd[core], rowBytes, maxContext,
                        target.memories().get(core).turnBytes());
                heads.add(cache);
                kvEnd[core] = cache.end();
            }
        }
        kv.put(a.layer(), List.copyOf(heads));
    }

    private List<Region> regions(int maxTokens) {
        var out = new ArrayList<Region>();
        long scratch = target.mapping().activations() == Mapping.Activations.ON_CHIP ? 0
                : FpgaTarget.align((long) maxTokens * widestInput, FpgaTarget.MEMORY_ALIGNMENT);
        for (int core = 0; core < target.cores(); core++) {
            own(out, core, scratch);
        }
        long input = tableEnd;
        long output = FpgaTarget.align(input + 4L * maxTokens, FpgaTarget.MEMORY_ALIGNMENT);
        require("tables, token ids and logits", output + 4L * logits, target.ddrBytes(), "DDR");
        add(out, Memory.DDR, Region.SHARED, Region.Kind.TABLES, MemoryPlan.TABLES, 0, tableEnd);
        add(out, Memory.DDR, Region.SHARED, Region.Kind.INPUT, MemoryPlan.INPUT, input,
                4L * maxTokens);
        add(out, Memory.DDR, Region.SHARED, Region.Kind.OUTPUT, MemoryPlan.OUTPUT, output,
                4L * logits);
        return out;
    }

    private void own(List<Region> out, int core, long scratch) {
        FpgaTarget.CoreMemory own = target.memories().get(core);
        boolean shared = own.paramBytes() == 0;
        long hbm = weightEnd[core] + kvEnd[core];
        if (shared) {
            require("weights, KV cache and parameters of core " + core, hbm + paramEnd + scratch,
                    own.hbmBytes(), "HBM of the core");
        } else {
            require("weights and KV cache of core " + core, hbm, own.hbmBytes(),
                    "HBM of the core");
            require("parameters", paramEnd + scratch, own.paramBytes(), "parameter channel");
        }
        add(out, Memory.HBM, core, Region.Kind.WEIGHTS, MemoryPlan.WEIGHTS, 0, weightEnd[core]);
        add(out, Memory.HBM, core, Region.Kind.KV, MemoryPlan.KV, weightEnd[core], kvEnd[core]);
        Memory params = shared ? Memory.HBM : Memory.PARAM;
        long at = shared ? hbm : 0;
        add(out, params, core, Region.Kind.PARAMS, MemoryPlan.PARAMS, at, paramEnd);
        if (scratch > 0) {
            add(out, params, core, Region.Kind.SCRATCH, MemoryPlan.SCRATCH, at + paramEnd, scratch);
        }
    }

    private static void add(List<Region> out, Memory memory, int core, Region.Kind kind, int base,
            long offset, long bytes) {
        String name = kind.name().toLowerCase(java.util.Locale.ROOT);
        out.add(new Region(core == Region.SHARED ? name : name + core, memory, core, kind, base,
                offset, bytes));
    }

    private void require(String what, long bytes, long available, String where) {
        if (bytes > available) {
            throw new FpgaException(graph.name() + " does not fit " + target.name() + ": " + what
                    + " need " + bytes + " bytes, the " + where + " has " + available
                    + ": choose fewer --weights bits, a smaller --context or a larger board");
        }
    }
}
