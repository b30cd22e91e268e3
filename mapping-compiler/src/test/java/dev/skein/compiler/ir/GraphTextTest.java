package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.sample.RandomModels;
import dev.skein.compiler.pass.QuantiseWeights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphTextTest {
    private static final String SMALL = """
            graph "small" stage tensor {
              %x = embed table=embed[10, 8] : [tokens, 8]
              %n = norm x=%x kind=rms weight=n.weight[1, 8] eps=1.0E-5 groups=1 : [tokens, 8]
              %l = last_token x=%n : [last, 8]
              %h = linear x=%l weight=embed[10, 8] : [last, 10]
              %logits = output x=%h : [last, 10]
            }
            """;

    private static final String PLACED = """
            graph "placed" stage placed {
              %x = embed table=embed[10, 8] : [tokens, 8] @ replicated
              %l = last_token x=%x : [last, 8] @ replicated
              %h = linear x=%l weight=w[10, 8] bias=b[1, 10] format=w4g16 : [last, 10]\
             @ split(0..4, 4..10, 10..10)
              %g = gather x=%h : [last, 10] @ replicated
              %logits = output x=%g : [last, 10] @ replicated
            }
            """;

    @Test
    void printedGraphsParseBack() {
        for (String text : new String[] {SMALL, PLACED}) {
            assertEquals(text, GraphText.print(GraphText.parse("text", text)));
        }
    }

    @Test
    void randomGraphsRoundTrip() {
        for (long seed = 0; seed < 100; seed++) {
            Graph graph = GraphBuilder.build(RandomModels.config(seed));
            assertRoundTrip(graph, seed);
            assertRoundTrip(RandomModels.withSpans(graph, seed), seed);
            Graph quantised = new QuantiseWeights(QuantScheme.parse("mixed3.5g64@0.5/w8"))
                    .run(graph, PassContext.shapesOnly());
            assertRoundTrip(quantised, seed);
        }
    }

    private static void assertRoundTrip(Graph graph, long seed) {
        assertEquals(graph, GraphText.parse("printed", GraphText.print(graph)), "seed " + seed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[1:2:3, 0:0:0]|",
        "[1:2:3]|t:5:8: number of spans is 1, but the number of key/value heads is 2",
        "[1:2:3, 1:0:0]|t:5:75: span with window 0, global 1, growth 0: window 0 is dense, the"
                + " others are 0 too",
        "[1:2:256, 0:0:0]|t:5:68: span with growth 256: allowed are 0 to 255",
        "[256:1:0, 0:0:0]|t:5:68: span with global 256: allowed are 0 to 255",
        "[1:65536:0, 0:0:0]|t:5:68: span with window 65536: allowed are 0 to 65535",
        "[1:2]|t:5:71: found \"]\", expected \":\"",
        "[]|t:5:68: found \"]\", expected a number",
        "2|t:5:67: found \"2\", expected \"[\""
    })
    void spansAreOneAHead(String spans, String message) {
        String text = """
                graph "g" stage tensor {
                  %x = embed table=e[9, 4]
                  %k = linear x=%x weight=k[4, 4]
                  %v = linear x=%x weight=v[4, 4]
                  %a = attention q=%x k=%k v=%v heads=2 kvHeads=2 headDim=2 spans=SPANS layer=0\
                 factor=1.0
                  %l = last_token x=%a
                  %y = output x=%l
                }
                """.replace("SPANS", spans);
        if (message == null) {
            assertEquals(spans, ((Op.Attention) GraphText.parse("t", text).nodes().get(3).op())
                    .spans().orElseThrow().toString());
        } else {
            GraphException e = assertThrows(GraphException.class,
                    () -> GraphText.parse("t", text));
            assertEquals(message, e.getMessage());
        }
    }

    @Test
    void anyNameSurvives() {
        Graph graph = GraphText.parse("t", SMALL);
        for (String name : new String[] {"", "a \"b\" \\c\\", "tab\tnew\nline", "ünïcode $1"}) {
            Graph renamed = new Graph(name, graph.stage(), graph.nodes());
            assertEquals(renamed, GraphText.parse("t", GraphText.print(renamed)));
        }
    }

    @Test
    void commentsAndMissingTypesAreFine() {
        String text = SMALL.replaceAll(" : \\[.*", "").replace("%n =", "# a comment = {\n%n =");
        assertEquals(GraphText.parse("t", SMALL), GraphText.parse("t", text + "# the end"));
    }

    @Test
    void longTextsNeedNoDeepStack() {
        String text = "#\n \t".repeat(100_000) + SMALL.replace("\"small\"",
                "\"" + "s".repeat(100_000) + "\"");
        assertEquals(100_000, GraphText.parse("t", text).name().length());
    }

    @Test
    void inconsistentGraphsPrintWithoutTypes() {
        Graph graph = GraphText.parse("t", SMALL);
        List<Node> swapped = new ArrayList<>(graph.nodes().reversed());
        String text = GraphText.print(graph.with(Stage.TENSOR, swapped));
        assertTrue(text.contains("  %logits = output x=%h\n"), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '!', value = {
        "graph \"small\"|grph|t:1:1: found \"grph\", expected \"graph\"",
        "stage tensor|stage tensors|t:1:21: found \"tensors\", allowed are tensor, quantised,"
                + " placed, scheduled",
        "= embed table|= embd table|t:2:8: found op \"embd\", allowed are embed, position_embed,"
                + " norm, linear, rope, attention, unary, binary, last_token, output, gather",
        "table=embed[10, 8]|table=embed[10 8]|t:2:29: found \"8\", expected \",\"",
        "table=embed[10|table=embed[0|t:2:20: rows of embed is 0, allowed are 1 to 16777216",
        "table=embed[10|table=embed[99999999999|t:2:26: found \"99999999999\", expected an integer"
                + " below 2^31",
        "%n = norm|n = norm|t:3:3: found \"n\", expected a value (%name) or \"}\"",
        "%n = norm|%n norm|t:3:6: found \"norm\", expected \"=\"",
        "kind=rms|kind=rmt|t:3:23: found \"rmt\", allowed are rms, layer",
        "groups=1|groups=1 groups=1|t:3:69: found attribute \"groups\" twice",
        "groups=1|heads=1|t:3:60: found attribute \"heads\" of norm, allowed are x, kind, weight,"
                + " bias, eps, groups",
        "eps=1.0E-5 groups|groups|t:3:8: norm lacks its attribute eps",
        "eps=1.0E-5|eps=2.0|t:3:8: eps is 2.0, allowed are 0 to 1",
        "eps=1.0E-5|eps=%x|t:3:53: found \"x\", expected a number",
        "eps=1.0E-5|eps=?|t:3:53: found a character that starts no name, value, number, string or"
                + " punctuation",
        "%x kind|%y kind|t: graph small: %n (norm): reads %y, which is not defined before it",
        ": [last, 10]|: [last, 11]|t:5:42: found type [last, 11], but %h is [last, 10]",
        "weight=embed[10, 8]|weight=embed[10, 8] format=w9|t:5:47: weight format \"w9\": write"
                + " w2, w3, w4, w5, w8 or mixed3.5, then g16 to g1024 for groups, then @8:16 (2, 4,"
                + " 8, 12), @2:4 or a density @0.5",
        "x=%h : [last, 10]|x=%h : [last, 10] @ here|t:6:40: found distribution \"here\", allowed"
                + " are replicated and split",
        "x=%h : [last, 10]|x=%h @ split(0..4, 5..10)|t:6:27: start of a split's range is 5, but"
                + " the end of the one before is 4",
        "x=%h : [last, 10]|x=%h @ split(4..2)|t:6:33: end of a range is 2, allowed are 4 to"
                + " 1048576",
        "}|} }|t:7:3: found \"}\", expected the end of the text",
        "}||t:8:1: found the end of the text, expected a value (%name) or \"}\"",
        "\"small\"|\"sm\\all\"|t:1:7: found a backslash, allowed before u and four hexadecimal"
                + " digits"
    })
    void errorsSayWhere(String old, String replacement, String message) {
        int at = SMALL.indexOf(old);
        String broken = SMALL.substring(0, at) + (replacement == null ? "" : replacement)
                + SMALL.substring(at + old.length());
        GraphException e = assertThrows(GraphException.class, () -> GraphText.parse("t", broken),
                broken);
        assertEquals(message, e.getMessage());
    }
}
