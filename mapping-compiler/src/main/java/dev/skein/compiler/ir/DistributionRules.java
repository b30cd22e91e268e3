package dev.skein.compiler.ir;

import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Distribution.Replicated;
import dev.skein.compiler.ir.Distribution.Split;
import java.util.List;

/** Where the inputs and the result of each op may lie. */
final class DistributionRules {
    private DistributionRules() {
    }

    /** @throws IllegalArgumentException if the op cannot be executed this way */
    static void check(Op op, ValueType type, Distribution result, List<Distribution> inputs) {
        if (result instanceof Split split) {
            Require.equal("width of the split", split.width(), "the width of the value",
                    type.width());
        }
        switch (op) {
            case Op.Embed _, Op.PositionEmbed _ -> allReplicated(result, inputs);
            case Op.Norm norm -> {
                same(result, inputs);
                units(result, norm.weight().cols());
            }
            case Op.Linear _ -> replicated("x", inputs.getFirst());
            case Op.Rope rope -> {
                same(result, inputs);
                units(result, rope.headDim());
            }
            case Op.Attention attention -> attention(attention, result, inputs);
            case Op.Binary _ -> same(result, result instanceof Replicated ? inputs
                    : inputs.stream().filter(i -> !(i instanceof Replicated)).toList());
            case Op.Unary _, Op.LastToken _, Op.Output _ -> same(result, inputs);
            case Op.Gather _ -> {
                Require.that(inputs.getFirst() instanceof Split, "x is replicated already");
                replicated("the result", result);
            }
        }
    }

    private static void attention(Op.Attention op, Distribution result,
            List<Distribution> inputs) {
        same(result, inputs.subList(0, 1));
        same(inputs.get(1), inputs.subList(2, 3));
        switch (result) {
            case Replicated _ -> replicated("k", inputs.get(1));
            case Split q -> {
                Require.that(inputs.get(1) instanceof Split, "q is split, but k is replicated");
                List<Range> kv = ((Split) inputs.get(1)).ranges();
                units(inputs.get(1), op.headDim());
                Require.equal("number of ranges of k", kv.size(), "that of q", q.ranges().size());
                int share = op.heads() / op.kvHeads();
                for (int core = 0; core < kv.size(); core++) {
                    Require.equal("end of the range of q", q.ranges().get(core).to(),
                            "that of k times the heads that share it", kv.get(core).to() * share);
                }
            }
        }
    }

    private static void allReplicated(Distribution result, List<Distribution> inputs) {
        inputs.forEach(i -> replicated("x", i));
        replicated("the result", result);
    }

    private static void replicated(String what, Distribution found) {
        Require.that(found instanceof Replicated, what + " is " + found
                + ", but this op needs it replicated");
    }

    private static void same(Distribution result, List<Distribution> inputs) {
        for (Distribution input : inputs) {
            Require.that(input.equals(result), "found an input " + input + " and a result "
                    + result + ", but they must lie alike");
        }
    }

    private static void units(Distribution found, int columns) {
        Require.that(!(found instanceof Split split) || split.inUnitsOf(columns), "found " + found
                + ", but bounds must be multiples of " + columns);
    }
}
