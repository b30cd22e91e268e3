package dev.skein.compiler.ir;

import dev.skein.hls.isa.Span;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which earlier tokens the heads of an attention see. Text form: {@code global:window:growth} of
 * each key/value head, in brackets with commas between; {@code 0:0:0} sees all.
 *
 * @param heads a span for each key/value head
 */
public record Spans(List<Span> heads) {
    /** Copies the list. */
    public Spans {
        heads = List.copyOf(heads);
        Require.range("number of spans", heads.size(), 1, OpRules.MAX_HEADS);
    }

    /** The text form. */
    @Override
    public String toString() {
        return heads.stream().map(s -> s.global() + ":" + s.window() + ":" + s.growth())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
