package dev.skein.compiler.ir;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.OpSchema.Component;
import java.util.Locale;
import java.util.Map;

/**
 * The text form of a graph. One line a value:
 *
 * <pre>
 * graph "stories260K" stage tensor {
 *   %embed = embed table=embed[512, 64] : [tokens, 64]
 *   %layer.0.q = linear x=%layer.0.attn_norm weight=layer.0.q.weight[64, 64] : [tokens, 64]
 *   %logits = output x=%head : [last, 512]
 * }
 * </pre>
 *
 * <p>The attributes of an op are the components of its record. The type is written for the
 * reader and checked if present; a placed value ends in {@code @ replicated} or {@code @ split(0..
 * 32, 32..64)}. {@code #} starts a comment.
 */
public final class GraphText {
    private GraphText() {
    }

    /** Prints any graph; types are left out if it is not consistent. */
    public static String print(Graph graph) {
        Map<Value, ValueType> types;
        try {
            types = Verifier.verify(graph);
        } catch (GraphException _) {
            types = Map.of();
        }
        StringBuilder text = new StringBuilder("graph ");
        text.append(quoted(graph.name())).append(" stage ").append(graph.stage()).append(" {\n");
        for (Node node : graph.nodes()) {
            text.append("  ").append(node.value()).append(" = ").append(node.op().mnemonic());
            appendAttributes(text, node.op());
            if (types.containsKey(node.value())) {
                text.append(" : ").append(types.get(node.value()));
            }
            node.distribution().ifPresent(d -> text.append(" @ ").append(d));
            text.append('\n');
        }
        return text.append("}\n").toString();
    }

    /**
     * Parses and verifies a graph.
     *
     * @param source file name or the like, for messages
     * @throws GraphException {@code source:line:column: found, expected} for the first error of
     *     syntax, or with the rule of the verifier that is broken
     */
    public static Graph parse(String source, String text) {
        return new GraphParser(source, text).parse();
    }

    private static void appendAttributes(StringBuilder text, Op op) {
        for (Component component : OpSchema.of(op.getClass()).components()) {
            component.value(op).ifPresent(value -> text.append(' ').append(component.name())
                    .append('=').append(attribute(value)));
        }
    }

    private static String attribute(Object value) {
        return switch (value) {
            case Enum<?> e -> lower(e);
            case WeightFormat format when !format.isUniform() -> quoted(format.toString());
            default -> value.toString();
        };
    }

    /** An enum constant as it is written. */
    static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String quoted(String name) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : name.toCharArray()) {
            if (c == '"' || c == '\\' || Character.isISOControl(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
