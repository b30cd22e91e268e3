package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Node;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which gathers of a prefill step exchange a few rows at a time, because what reads them keeps
 * int8 only: the binary32 rows of a long step would not fit on chip. Rows past the end of a shorter
 * step are exchanged and quantised too, and nobody reads them; so it is done where it is needed
 * only.
 *
 * @param gathers values that are exchanged in blocks of {@link #ROWS} rows
 * @param norms results of norms of such blocks that are quantised at once and never whole
 */
record RowBlocks(Set<Value> gathers, Set<Value> norms) {
    /** Rows of a block. */
    static final int ROWS = 8;

    /** What a long step does to need less room, the cheapest first; each with those before it. */
    enum Level {
        /** Nothing. */
        NONE,
        /** What only linear layers read is exchanged in blocks. */
        LINEAR,
        /** Also what is normalised for linear layers. */
        NORM,
        /**
         * Places of keys and values are used again once they are in the cache: scores then wait
         * until they have been quantised, 0.8 % of a step of 128 tokens of LLaMA2-7B.
         */
        CACHED
    }

    /** Blocks in flight: one is read while the other cores write the next. */
    static final int BUFFERS = 2;

    /** Copies the sets. */
    RowBlocks {
        gathers = Set.copyOf(gathers);
        norms = Set.copyOf(norms);
    }

    /**
     * The blocks of a graph.
     *
     */
    static RowBlocks of(Graph graph, Map<Value, ValueType> types, Level level) {
        var gathers = new HashSet<Value>();
        var norms = new HashSet<Value>();
        if (level == Level.NONE) {
            return new RowBlocks(gathers, norms);
        }
        Map<Value, List<Node>> users = graph.users();
        List<Node> nodes = graph.nodes();
        for (int i = 0; i + 1 < nodes.size(); i++) {
            Value value = nodes.get(i).value();
            boolean rows = nodes.get(i).op() instanceof Op.Gather
                    && types.get(value).rows() == ValueType.Rows.TOKENS;
            List<Node> readers = users.getOrDefault(value, List.of());
            if (!rows || !readers.contains(nodes.get(i + 1))) {
                continue;
            }
            if (onlyLinear(readers)) {
                gathers.add(value);
            } else if (level != Level.LINEAR && readers.size() == 1
                    && readers.getFirst().op() instanceof Op.Norm norm && norm.groups() == 1
                    && onlyLinear(users.getOrDefault(readers.getFirst().value(), List.of()))) {
                gathers.add(value);
                norms.add(readers.getFirst().value());
            }
        }
        return new RowBlocks(gathers, norms);
    }

    private static boolean onlyLinear(List<Node> readers) {
        return !readers.isEmpty() && readers.stream().allMatch(n -> n.op() instanceof Op.Linear);
    }
}
