package dev.skein.compiler.fpga;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import java.util.ArrayList;
import java.util.List;

/**
 * The ranges of context that have a decode program of their own under
 * {@link LengthStrategy#PARAMETRIC}. A place for the keys of one head is as long as the longest
 * context of its program, however short the step. Where such places fill much of the weight buffer,
 * loads that would run ahead during the softmax wait for them: in LLaMA2-7B on the u280 a program
 * for 2,048 tokens is up to 2.0 % slower at 128 than one for 128 is.
 */
final class ContextRanges {
    /** A place for keys that is a smaller share of the weight buffer than this costs nothing. */
    private static final int SMALL_SHARE = 16;

    /** Tokens of the shortest range: below, a step is too short for places to matter. */
    private static final int SHORTEST = 128;

    private ContextRanges() {
    }

    /**
     * Last contexts of the ranges, rising; the last one is {@code maxContext}, and each is half of
     * the next. Prefill has one range: its steps are bound by the MPE.
     */
    static List<Integer> of(Phase phase, Graph graph, FpgaTarget target, int maxContext) {
        var ends = new ArrayList<Integer>();
        ends.add(maxContext);
        if (phase == Phase.PREFILL) {
            return ends;
        }
        int rowBytes = graph.nodes().stream()
                .mapToInt(n -> n.op() instanceof Op.Attention a ? a.headDim() : 0).max().orElse(0);
        int end = maxContext;
        while (end / 2 >= SHORTEST
                && (long) SMALL_SHARE * end * rowBytes > target.buffers().wgtBytes()) {
            end = Math.ceilDiv(end, 2);
            ends.addFirst(end);
        }
        return ends;
    }
}
