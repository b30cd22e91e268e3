package dev.skein.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.GraphText;
import dev.skein.compiler.ir.PassContext;
import org.junit.jupiter.api.Test;

class QuantiseWeightsTest {
    private static final String BEFORE = """
            graph "g" stage tensor {
              %x = embed table=embed[10, 8] : [tokens, 8]
              %u = linear x=%x weight=u.weight[8, 8] bias=u.bias[1, 8] : [tokens, 8]
              %l = last_token x=%u : [last, 8]
              %h = linear x=%l weight=embed[10, 8] : [last, 10]
              %logits = output x=%h : [last, 10]
            }
            """;

    @Test
    void everyLinearLayerGetsAFormatAndTheHeadItsOwn() {
        Graph after = new QuantiseWeights(QuantScheme.parse("w4g32/w8")).run(
                GraphText.parse("before", BEFORE), PassContext.shapesOnly());
        assertEquals(BEFORE.replace("tensor", "quantised")
                .replace("u.bias[1, 8]", "u.bias[1, 8] format=w4g32")
                .replace("embed[10, 8] : [last", "embed[10, 8] format=w8 : [last"),
                GraphText.print(after));
        assertEquals("quantise-weights: the graph is at stage quantised, allowed is tensor",
                assertThrows(IllegalArgumentException.class, () -> new QuantiseWeights(
                        QuantScheme.parse("w8")).run(after, PassContext.shapesOnly()))
                        .getMessage());
    }
}
