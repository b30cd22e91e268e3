package dev.skein.compiler.frontend;

import com.fasterxml.jackson.databind.JsonNode;
import dev.skein.compiler.ir.Spans;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * The field {@value #FIELD} of a {@code config.json}: the spans a model was trained with. One array
 * a layer, in it one object {@code {"global": 1, "window": 2, "growth": 0}} a key/value head, the
 * fields of {@link Span}. Our own; other programs do not know it and compute dense attention.
 */
final class SpanJson {
    static final String FIELD = "skein_attention_spans";
    private static final String REMEDY = "take the field out for dense attention";

    private SpanJson() {
    }

    /** The spans of each layer; empty without the field. */
    static List<Spans> read(JsonFields json, int layers, int kvHeads) {
        if (!json.has(FIELD)) {
            return List.of();
        }
        List<Spans> all = new ArrayList<>();
        for (JsonNode layer : array(json, json.node().get(FIELD), layers, "layers")) {
            List<Span> heads = new ArrayList<>();
            for (JsonNode head : array(json, layer, kvHeads, "key/value heads")) {
                heads.add(span(json, head));
            }
            all.add(new Spans(heads));
        }
        return all;
    }

    private static JsonNode array(JsonFields json, JsonNode node, int size, String what) {
        if (!node.isArray() || node.size() != size) {
            throw json.error(FIELD, node, "it is an array with one element for each of " + size
                    + " " + what, REMEDY);
        }
        return node;
    }

    private static Span span(JsonFields json, JsonNode head) {
        try {
            return new Span(integer(head, "global"), integer(head, "window"),
                    integer(head, "growth"));
        } catch (IllegalArgumentException e) {
            throw json.error(FIELD, head, e.getMessage(), REMEDY);
        }
    }

    private static int integer(JsonNode head, String name) {
        JsonNode value = head.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new IllegalArgumentException("a span has the integers global, window and"
                    + " growth");
        }
        return value.intValue();
    }
}
