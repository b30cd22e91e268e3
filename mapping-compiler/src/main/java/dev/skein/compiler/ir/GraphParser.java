package dev.skein.compiler.ir;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.GraphLexer.Kind;
import dev.skein.compiler.ir.GraphLexer.Token;
import dev.skein.compiler.ir.OpSchema.Component;
import dev.skein.hls.isa.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Recursive descent over the text form; see {@link GraphText}. */
final class GraphParser {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u([0-9a-f]{4}))?");

    private final String source;
    private final GraphLexer lexer;
    private final Map<Value, Token> typeTokens = new HashMap<>();
    private final Map<Value, ValueType> writtenTypes = new HashMap<>();

    GraphParser(String source, String text) {
        this.source = source;
        lexer = new GraphLexer(source, text);
    }

    Graph parse() {
        lexer.take(Kind.NAME, "graph");
        String name = unescape(lexer.take(Kind.STRING));
        lexer.take(Kind.NAME, "stage");
        Stage stage = constant(Stage.class);
        lexer.take(Kind.SYMBOL, "{");
        List<Node> nodes = new ArrayList<>();
        while (!lexer.takeIf("}")) {
            nodes.add(node());
        }
        lexer.take(Kind.END);
        Graph graph = new Graph(name, stage, nodes);
        checkTypes(graph);
        return graph;
    }

    private void checkTypes(Graph graph) {
        Map<Value, ValueType> types;
        try {
            types = Verifier.verify(graph);
        } catch (GraphException e) {
            throw new GraphException(source + ": " + e.getMessage(), e);
        }
        for (Node node : graph.nodes()) {
            ValueType written = writtenTypes.get(node.value());
            ValueType actual = types.get(node.value());
            if (written != null && !written.equals(actual)) {
                throw lexer.error(typeTokens.get(node.value()), "found type " + written
                        + ", but " + node.value() + " is " + actual);
            }
        }
    }

    private Node node() {
        if (lexer.peek().kind() != Kind.VALUE) {
            throw lexer.error(lexer.peek(), "found " + lexer.peek() + ", expected " + Kind.VALUE
                    + " or \"}\"");
        }
        Value value = value();
        lexer.take(Kind.SYMBOL, "=");
        Token mnemonic = lexer.take(Kind.NAME);
        OpSchema schema = OpSchema.named(mnemonic.text()).orElseThrow(() -> lexer.error(mnemonic,
                "found op " + mnemonic + ", allowed are "
                        + String.join(", ", OpSchema.mnemonics())));
        Op op = op(mnemonic, schema);
        if (lexer.takeIf(":")) {
            typeTokens.put(value, lexer.peek());
            writtenTypes.put(value, type());
        }
        Optional<Distribution> distribution = lexer.takeIf("@")
                ? Optional.of(distribution()) : Optional.empty();
        return new Node(value, op, distribution);
    }

    private Op op(Token mnemonic, OpSchema schema) {
        Map<String, Object> attributes = new HashMap<>();
        while (lexer.peek().kind() == Kind.NAME) {
            Token key = lexer.take(Kind.NAME);
            Component component = schema.components().stream()
                    .filter(c -> c.name().equals(key.text())).findFirst()
                    .orElseThrow(() -> lexer.error(key, "found attribute " + key + " of "
                            + mnemonic.text() + ", allowed are " + schema.components().stream()
                            .map(Component::name).collect(Collectors.joining(", "))));
            lexer.take(Kind.SYMBOL, "=");
            if (attributes.put(key.text(), attribute(component)) != null) {
                throw lexer.error(key, "found attribute " + key + " twice");
            }
        }
        List<Object> arguments = new ArrayList<>();
        for (Component component : schema.components()) {
            Object attribute = attributes.get(component.name());
            if (attribute == null && !component.optional()) {
                throw lexer.error(mnemonic, mnemonic.text() + " lacks its attribute "
                        + component.name());
            }
            arguments.add(component.optional() ? Optional.ofNullable(attribute) : attribute);
        }
        return checked(mnemonic, () -> schema.create(arguments.toArray()));
    }

    private Object attribute(Component component) {
        Class<?> type = component.type();
        if (type == Value.class) {
            return value();
        } else if (type == WeightRef.class) {
            return weight();
        } else if (type == WeightFormat.class) {
            Token token = lexer.take(lexer.peek().kind() == Kind.STRING ? Kind.STRING : Kind.NAME);
            return checked(token, () -> WeightFormat.parse(token.text()));
        } else if (type == Spans.class) {
            return spans();
        } else if (type == int.class) {
            return integer();
        } else if (type == float.class) {
            Token token = lexer.take(Kind.NUMBER);
            return checked(token, () -> Float.valueOf(token.text()));
        } else {
            return constant(type);
        }
    }

    private Value value() {
        Token token = lexer.take(Kind.VALUE);
        return checked(token, () -> new Value(token.text()));
    }

    private WeightRef weight() {
        Token token = lexer.take(Kind.NAME);
        lexer.take(Kind.SYMBOL, "[");
        int rows = integer();
        lexer.take(Kind.SYMBOL, ",");
        int cols = integer();
        lexer.take(Kind.SYMBOL, "]");
        return checked(token, () -> new WeightRef(token.text(), rows, cols));
    }

    private Spans spans() {
        Token open = lexer.take(Kind.SYMBOL, "[");
        List<Span> heads = new ArrayList<>();
        do {
            Token start = lexer.peek();
            int global = integer();
            lexer.take(Kind.SYMBOL, ":");
            int window = integer();
            lexer.take(Kind.SYMBOL, ":");
            int growth = integer();
            heads.add(checked(start, () -> new Span(global, window, growth)));
        } while (lexer.takeIf(","));
        lexer.take(Kind.SYMBOL, "]");
        return checked(open, () -> new Spans(heads));
    }

    private ValueType type() {
        Token open = lexer.take(Kind.SYMBOL, "[");
        ValueType.Rows rows = constant(ValueType.Rows.class);
        lexer.take(Kind.SYMBOL, ",");
        int width = integer();
        lexer.take(Kind.SYMBOL, "]");
        return checked(open, () -> new ValueType(rows, width));
    }

    private Distribution distribution() {
        Token kind = lexer.take(Kind.NAME);
        if (kind.text().equals("replicated")) {
            return Distribution.REPLICATED;
        }
        if (!kind.text().equals("split")) {
            throw lexer.error(kind, "found distribution " + kind
                    + ", allowed are replicated and split");
        }
        List<Range> ranges = new ArrayList<>();
        lexer.take(Kind.SYMBOL, "(");
        do {
            Token start = lexer.peek();
            int from = integer();
            lexer.take(Kind.SYMBOL, "..");
            int to = integer();
            ranges.add(checked(start, () -> new Range(from, to)));
        } while (lexer.takeIf(","));
        lexer.take(Kind.SYMBOL, ")");
        return checked(kind, () -> new Distribution.Split(ranges));
    }

    private int integer() {
        Token token = lexer.take(Kind.NUMBER);
        try {
            return Integer.parseInt(token.text());
        } catch (NumberFormatException _) {
            throw lexer.error(token, "found " + token + ", expected an integer below 2^31");
        }
    }

    private <T> T constant(Class<T> type) {
        Token token = lexer.take(Kind.NAME);
        for (T constant : type.getEnumConstants()) {
            if (GraphText.lower((Enum<?>) constant).equals(token.text())) {
                return constant;
            }
        }
        throw lexer.error(token, "found " + token + ", allowed are "
                + Arrays.stream(type.getEnumConstants())
                .map(c -> GraphText.lower((Enum<?>) c)).collect(Collectors.joining(", ")));
    }

    private <T> T checked(Token at, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw lexer.error(at, e.getMessage());
        }
    }

    /** The name that the printer escaped: u0000 behind a backslash stands for a character. */
    private String unescape(Token string) {
        Matcher escapes = ESCAPE.matcher(string.text());
        return escapes.replaceAll(m -> {
            if (m.group(1) == null) {
                throw lexer.error(string, "found a backslash, allowed before u and four"
                        + " hexadecimal digits");
            }
            char c = (char) Integer.parseInt(m.group(1), 16);
            return Matcher.quoteReplacement(String.valueOf(c));
        });
    }
}
