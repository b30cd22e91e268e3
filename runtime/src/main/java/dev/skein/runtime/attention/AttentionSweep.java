package dev.skein.runtime.attention;

import dev.skein.compiler.attention.AttentionPolicy;
import dev.skein.compiler.attention.PolicyAttention;
import dev.skein.compiler.ir.Interpreter;
import dev.skein.compiler.ir.Op;
import dev.skein.hls.number.KvPages;
import dev.skein.runtime.Perplexity;
import dev.skein.runtime.PreparedModel;
import dev.skein.runtime.backend.reference.ReferenceAccelerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Perplexity of a text under attention policies, and what they read for it. */
public final class AttentionSweep {
    /** Tokens of a page, as in InstInfer; pages are as large as a head makes them. */
    public static final int GROUP_TOKENS = 16;

    /** Entries of the head in a channel-indexed page, as in InstInfer. */
    private static final List<Integer> PAGE_CHANNELS = List.of(2, 4, 8);

    private final PreparedModel model;
    private final List<int[]> documents;
    private final int stride;

    /**
     * A sweep.
     *
     * @param model prepared for the interpreter
     * @param documents token ids, BOS first
     * @param stride see {@link Perplexity}
     */
    public AttentionSweep(PreparedModel model, List<int[]> documents, int stride) {
        this.model = model;
        this.documents = List.copyOf(documents);
        this.stride = stride;
    }

    /**
     * A row.
     *
     * @param policy which tokens are attended to
     * @param perplexity of the text
     * @param scored tokens
     * @param tokenShare tokens attended to over tokens of the sequences, all steps and heads
     * @param elementShare elements moved over those of dense attention
     * @param touches of the pages of a drive; none but for SparF
     */
    public record Row(AttentionPolicy policy, double perplexity, int scored, double tokenShare,
            double elementShare, List<PageTouches> touches) {
        /** Refuses a later change. */
        public Row {
            touches = List.copyOf(touches);
        }
    }

    /** Entries of a head of the model. */
    public int headDim() {
        return model.graph().nodes().stream().map(n -> n.op())
                .filter(Op.Attention.class::isInstance)
                .mapToInt(op -> ((Op.Attention) op).headDim()).findFirst().orElseThrow(() ->
                        new IllegalArgumentException(model.name() + " has no attention"));
    }

    /** Tokens that are scored for a row. */
    public long tokens() {
        return documents.stream().mapToLong(d -> d.length - 1L).sum();
    }

    /**
     * The policies of a compression: dense for 1, else one of each kind.
     *
     * @param divisor compression is {@code 1 / divisor}
     */
    public List<AttentionPolicy> policies(List<Budget> kinds, int divisor) {
        if (divisor < 1 || divisor > model.context() / 2) {
            throw new IllegalArgumentException("compression 1/" + divisor + ": allowed are 1 to "
                    + model.context() / 2 + " for a context of " + model.context());
        }
        return divisor == 1 ? List.of(new AttentionPolicy.Dense())
                : kinds.stream().map(k -> k.at(divisor, headDim(), model.context())).toList();
    }

    /**
     * Measures a policy.
     *
     * @param progress is told the tokens scored so far
     */
    public Row run(AttentionPolicy policy, IntConsumer progress) {
        var attention = new PolicyAttention(policy, model.context());
        var share = new ReadShare();
        List<PageTouches> touches = new ArrayList<>();
        if (policy instanceof AttentionPolicy.SparF(var sparf)) {
            PAGE_CHANNELS.stream().filter(c -> c <= headDim())
                    .forEach(c -> touches.add(new PageTouches(
                            KvPages.ofGroup(GROUP_TOKENS, headDim(), c), sparf)));
        }
        attention.observe((place, tokens, chosen) -> {
            share.attended(place, tokens, chosen);
            touches.forEach(t -> t.attended(place, tokens, chosen));
        });
        var device = new ReferenceAccelerator(new Interpreter(model.graph(), model.weights(),
                Optional.of(attention)), model.context(), policy.toString());
        Perplexity.Result result = new Perplexity(device, stride).run(documents, progress);
        return new Row(policy, result.perplexity(), result.tokens(), share.tokens(),
                share.elements(), touches);
    }
}
