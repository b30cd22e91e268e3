package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import dev.skein.hls.isa.Span;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OpTest {
    private static final Value X = new Value("x");
    private static final WeightRef W = WeightRef.vector("w", 8);

    private static void refuses(String message, Executable construction) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, construction).getMessage());
    }

    private static Op.Rope rope(int headDim, int rotaryDim, int columns) {
        return new Op.Rope(X, 2, headDim, rotaryDim, RopeStyle.HALF,
                new WeightRef("rope", 9, columns));
    }

    private static Op.Attention attention(int heads, int kvHeads, int layer, float factor) {
        return new Op.Attention(X, X, X, heads, kvHeads, 4, layer, factor);
    }

    @Test
    void normsHaveTheWeightsOfTheirKind() {
        refuses("a layer norm has a bias, an RMS norm has none",
                () -> new Op.Norm(X, NormKind.LAYER, W, Optional.empty(), 0, 1));
        refuses("a layer norm has a bias, an RMS norm has none",
                () -> new Op.Norm(X, NormKind.RMS, W, Optional.of(W), 0, 1));
        refuses("length of b is 7, but that of the weight is 8", () -> new Op.Norm(X,
                NormKind.LAYER, W, Optional.of(WeightRef.vector("b", 7)), 0, 1));
        refuses("number of rows of m is 2, but that of a vector is 1", () -> new Op.Norm(X,
                NormKind.RMS, new WeightRef("m", 2, 8), Optional.empty(), 0, 1));
        refuses("eps is NaN, allowed are 0 to 1",
                () -> new Op.Norm(X, NormKind.RMS, W, Optional.empty(), Float.NaN, 1));
        refuses("groups is 0, allowed are 1 to 4096",
                () -> new Op.Norm(X, NormKind.RMS, W, Optional.empty(), 0, 0));
    }

    @Test
    void linearBiasIsAsLongAsTheOutput() {
        refuses("length of w is 8, but that of the weight is 3", () -> new Op.Linear(X,
                new WeightRef("m", 3, 8), Optional.of(W), Optional.empty()));
    }

    @Test
    void rotaryDimensionIsEvenAndWithinAHead() {
        refuses("rotary dimension is 6, allowed are 2 to 4", () -> rope(4, 6, 6));
        refuses("rotary dimension 3 is odd", () -> rope(4, 3, 3));
        refuses("width of the table is 6, but the rotary dimension is 4", () -> rope(4, 4, 6));
        refuses("head dimension is 5000, allowed are 1 to 4096", () -> rope(5000, 4, 4));
    }

    @Test
    void attentionHeadsShareEvenly() {
        refuses("number of heads 4 is no multiple of the number of key/value heads 3",
                () -> attention(4, 3, 0, 1));
        refuses("key/value heads is 5, allowed are 1 to 4", () -> attention(4, 5, 0, 1));
        refuses("layer is -1, allowed are 0 to 1023", () -> attention(4, 2, -1, 1));
        refuses("factor is Infinity, allowed are positive finite numbers",
                () -> attention(4, 2, 0, Float.POSITIVE_INFINITY));
        refuses("factor is NaN, allowed are positive finite numbers",
                () -> attention(4, 2, 0, Float.NaN));
    }

    @Test
    void everyHeadHasASpan() {
        Op.Attention dense = attention(4, 2, 0, 1);
        assertEquals(Span.DENSE, dense.span(1));
        Span window = new Span(1, 2, 3);
        Op.Attention sparse = dense.withSpans(Optional.of(new Spans(List.of(Span.DENSE, window))));
        assertEquals(window, sparse.span(1));
        refuses("number of spans is 1, but the number of key/value heads is 2",
                () -> dense.withSpans(Optional.of(new Spans(List.of(window)))));
        refuses("number of spans is 0, allowed are 1 to 4096", () -> new Spans(List.of()));
    }

    @Test
    void functionsHaveTheirNumberOfOperands() {
        refuses("ADD is no unary function: allowed are RELU, SILU, GELU_TANH and GELU_ERF",
                () -> new Op.Unary(X, EwiseFunction.ADD));
        refuses("COPY is no unary function: allowed are RELU, SILU, GELU_TANH and GELU_ERF",
                () -> new Op.Unary(X, EwiseFunction.COPY));
        refuses("SILU is no binary function: allowed are ADD, MUL and SILU_MUL",
                () -> new Op.Binary(X, X, EwiseFunction.SILU));
    }

    @Test
    void namesAreThoseOfTheTextForm() {
        String rule = ": allowed are a letter or _, then up to 199 letters, digits, _, ., ~ and -";
        refuses("value name \"a b\"" + rule, () -> new Value("a b"));
        refuses("weight name \"\"" + rule, () -> new WeightRef("", 1, 1));
        refuses("rows of w is 0, allowed are 1 to 16777216", () -> new WeightRef("w", 0, 1));
        refuses("width is 0, allowed are 1 to 1048576", () -> ValueType.tokens(0));
    }

    @Test
    void opsKnowTheirOperands() {
        Op op = new Op.Attention(X, new Value("k"), new Value("v"), 2, 1, 4, 3, 0.5f);
        assertEquals(List.of(X, new Value("k"), new Value("v")), op.inputs());
        assertEquals(new Op.Attention(new Value("x2"), new Value("k2"), new Value("v2"), 2, 1, 4,
                3, 0.5f), op.mapInputs(v -> new Value(v.name() + "2")));
        assertEquals("attention", op.mnemonic());
        Op norm = new Op.Norm(X, NormKind.LAYER, W, Optional.of(WeightRef.vector("b", 8)), 0, 1);
        assertEquals(List.of(W, WeightRef.vector("b", 8)), norm.weights());
    }
}
