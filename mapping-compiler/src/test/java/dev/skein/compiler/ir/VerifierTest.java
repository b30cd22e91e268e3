package dev.skein.compiler.ir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.WeightFormat;
import dev.skein.compiler.ir.Distribution.Range;
import dev.skein.compiler.ir.Distribution.Split;
import dev.skein.hls.isa.EwiseFunction;
import dev.skein.hls.isa.NormKind;
import dev.skein.hls.isa.RopeStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each rule of the verifier has a graph that breaks it alone. */
class VerifierTest {
    private static final Optional<WeightRef> NO_BIAS = Optional.empty();
    private static final Optional<WeightFormat> PLAIN = Optional.empty();
    private static final Optional<WeightFormat> W8 = Optional.of(WeightFormat.parse("w8"));

    private static Value v(String name) {
        return new Value(name);
    }

    private static Node embed(String name) {
        return Node.of(name, new Op.Embed(new WeightRef("embed", 10, 8)));
    }

    private static Node linear(String name, String x, int out, int in) {
        return Node.of(name, new Op.Linear(v(x), new WeightRef(name + ".weight", out, in), NO_BIAS,
                PLAIN));
    }

    private static Node last(String name, String x) {
        return Node.of(name, new Op.LastToken(v(x)));
    }

    private static Node output(String x) {
        return Node.of("logits", new Op.Output(v(x)));
    }

    private static Node attention(String name, String q, String k, int layer) {
        return Node.of(name, new Op.Attention(v(q), v(k), v(k), 4, 2, 2, layer, 0.7f));
    }

    private static void accepts(Node... nodes) {
        Verifier.verify(new Graph("g", Stage.TENSOR, List.of(nodes)));
    }

    private static void refuses(String message, Node... nodes) {
        refuses(Stage.TENSOR, message, nodes);
    }

    private static void refuses(Stage stage, String message, Node... nodes) {
        Graph graph = new Graph("g", stage, List.of(nodes));
        GraphException e = assertThrows(GraphException.class, () -> Verifier.verify(graph));
        assertEquals("graph g: " + message, e.getMessage());
    }

    @Test
    void returnsTheTypeOfEveryValueInOrder() {
        var types = Verifier.verify(new Graph("g", Stage.TENSOR, List.of(embed("x"),
                last("y", "x"), linear("z", "y", 3, 8), output("z"))));
        assertEquals(List.of(v("x"), v("y"), v("z"), v("logits")), List.copyOf(types.keySet()));
        assertEquals(ValueType.tokens(8), types.get(v("x")));
        assertEquals(ValueType.last(3), types.get(v("logits")));
    }

    @Test
    void namesAreUnique() {
        refuses("%x (embed): this value is defined twice", embed("x"), embed("x"));
    }

    @Test
    void valuesAreDefinedBeforeUse() {
        refuses("%y (last_token): reads %x, which is not defined before it", last("y", "x"),
                embed("x"), output("y"));
    }

    @Test
    void thereIsOneOutputAtTheEnd() {
        refuses("found 0 outputs, but a graph has one", embed("x"));
        refuses("found 2 outputs, but a graph has one", embed("x"), last("y", "x"), output("y"),
                Node.of("b", new Op.Output(v("y"))));
        refuses("%x2 (embed): comes after the output", embed("x"), last("y", "x"), output("y"),
                embed("x2"));
        refuses("found 0 outputs, but a graph has one");
    }

    @Test
    void everyValueIsUsed() {
        refuses("%d (embed): no op uses this value", embed("d"), embed("x"), last("y", "x"),
                output("y"));
    }

    @Test
    void outputIsOneRow() {
        refuses("%logits (output): x is [tokens, 8], but the output is one row: last_token"
                + " belongs before it", embed("x"), output("x"));
    }

    @Test
    void linearWidthIsThatOfItsInput() {
        refuses("%y (linear): width of x is 8, but the number of columns of the weight is 7",
                embed("x"), linear("y", "x", 3, 7));
    }

    @Test
    void positionsMatchTheEmbedding() {
        refuses("%y (position_embed): width of x is 8, but the width of the table is 6",
                embed("x"), Node.of("y", new Op.PositionEmbed(v("x"),
                        new WeightRef("p", 4, 6))));
    }

    @Test
    void positionsNeedEveryToken() {
        refuses("%z (position_embed): found [last, 8], but this op needs a row for each token",
                embed("x"), last("y", "x"), Node.of("z", new Op.PositionEmbed(v("y"),
                        new WeightRef("p", 4, 8))));
    }

    @Test
    void normGroupsCoverTheWidth() {
        refuses("%y (norm): width of x is 8, but groups times the length of the weight is 6",
                embed("x"), Node.of("y", new Op.Norm(v("x"), NormKind.RMS,
                        WeightRef.vector("w", 3), NO_BIAS, 1e-5f, 2)));
    }

    @Test
    void ropeHeadsCoverTheWidth() {
        refuses("%y (rope): width of x is 8, but heads times head dimension is 12",
                embed("x"), Node.of("y", new Op.Rope(v("x"), 3, 4, 4, RopeStyle.HALF,
                        new WeightRef("rope", 16, 4))));
    }

    @Test
    void attentionWidthsMatch() {
        refuses("%a (attention): width of q is 4, but heads times head dimension is 8",
                embed("x"), linear("k", "x", 4, 8), attention("a", "k", "k", 0));
        refuses("%a (attention): width of k or v is 8, but key/value heads times head dimension"
                + " is 4", embed("x"), attention("a", "x", "x", 0));
    }

    @Test
    void attentionLayersAreUnique() {
        Node[] twice = {embed("x"), linear("k", "x", 4, 8), attention("a", "x", "k", 1),
            attention("b", "a", "k", 1)};
        refuses("%b (attention): layer 1 has an attention already", twice);
        twice[3] = attention("b", "a", "k", 0);
        accepts(twice[0], twice[1], twice[2], twice[3], last("y", "b"), output("y"));
    }

    @Test
    void binaryOperandsAreAlike() {
        refuses("%z (binary): a is [tokens, 8], but b is [last, 8]", embed("x"), last("y", "x"),
                Node.of("z", new Op.Binary(v("x"), v("y"), EwiseFunction.ADD)));
    }

    @Test
    void weightsHaveOneShape() {
        refuses("%y (linear): weight embed[10, 4] is embed[10, 8] elsewhere", embed("x"),
                linear("k", "x", 4, 8), Node.of("y", new Op.Linear(v("k"),
                        new WeightRef("embed", 10, 4), NO_BIAS, PLAIN)));
    }

    @Test
    void weightFormatsBelongToTheirStage() {
        Node formatted = Node.of("y", new Op.Linear(v("x"), new WeightRef("w", 8, 8), NO_BIAS,
                W8));
        refuses("%y (linear): has a weight format at stage tensor, legal from stage quantised"
                + " on", embed("x"), formatted);
        refuses(Stage.QUANTISED, "%y (linear): has no weight format at stage quantised",
                embed("x"), linear("y", "x", 8, 8));
    }

    @Test
    void gathersAndDistributionsBelongToTheirStage() {
        refuses("%y (gather): this op is legal from stage placed on, but the graph is at stage"
                + " tensor", embed("x"), Node.of("y", new Op.Gather(v("x"))));
        refuses("%x (embed): has a distribution at stage tensor, legal from stage placed on",
                embed("x").placed(Distribution.REPLICATED));
        refuses(Stage.PLACED, "%x (embed): has no distribution at stage placed", embed("x"));
    }

    private static List<Node> placed() {
        List<Node> nodes = new ArrayList<>();
        Split heads = new Split(List.of(new Range(0, 8), new Range(8, 8)));
        Split kvHeads = new Split(List.of(new Range(0, 4), new Range(4, 4)));
        nodes.add(embed("x").placed(Distribution.REPLICATED));
        nodes.add(Node.of("q", new Op.Linear(v("x"), new WeightRef("q", 8, 8), NO_BIAS, W8))
                .placed(heads));
        nodes.add(Node.of("k", new Op.Linear(v("x"), new WeightRef("k", 4, 8), NO_BIAS, W8))
                .placed(kvHeads));
        nodes.add(attention("a", "q", "k", 0).placed(heads));
        nodes.add(Node.of("g", new Op.Gather(v("a"))).placed(Distribution.REPLICATED));
        nodes.add(last("y", "g").placed(Distribution.REPLICATED));
        nodes.add(output("y").placed(Distribution.REPLICATED));
        return nodes;
    }

    private static void refusesPlaced(String message, int index, Distribution other) {
        List<Node> nodes = placed();
        nodes.set(index, nodes.get(index).placed(other));
        refuses(Stage.PLACED, message, nodes.toArray(Node[]::new));
    }

    @Test
    void placedValuesLieWhereTheirOpsCanReadThem() {
        assertEquals(7, Verifier.verify(new Graph("g", Stage.PLACED, placed())).size());
        Split uneven = new Split(List.of(new Range(0, 7), new Range(7, 8)));
        Split swapped = new Split(List.of(new Range(0, 4), new Range(4, 8)));
        refusesPlaced("%x (embed): the result is split(0..7, 7..8), but this op needs it"
                + " replicated", 0, uneven);
        refusesPlaced("%a (attention): found an input split(0..7, 7..8) and a result split(0..8,"
                + " 8..8), but they must lie alike", 1, uneven);
        refusesPlaced("%a (attention): q is split, but k is replicated", 2,
                Distribution.REPLICATED);
        refusesPlaced("%a (attention): found an input split(0..8, 8..8) and a result split(0..4,"
                + " 4..8), but they must lie alike", 3, swapped);
        refusesPlaced("%g (gather): the result is split(0..8, 8..8), but this op needs it"
                + " replicated", 4, new Split(List.of(new Range(0, 8), new Range(8, 8))));
        refusesPlaced("%k (linear): width of the split is 8, but the width of the value is 4", 2,
                uneven);
        List<Node> nodes = placed();
        nodes.set(1, nodes.get(1).placed(swapped));
        nodes.set(3, nodes.get(3).placed(swapped));
        refuses(Stage.PLACED, "%a (attention): end of the range of q is 4, but that of k times"
                + " the heads that share it is 8", nodes.toArray(Node[]::new));
    }

    @Test
    void splitsAreCompleteAndInOrder() {
        String gap = assertThrows(IllegalArgumentException.class, () -> new Split(
                List.of(new Range(0, 4), new Range(5, 8)))).getMessage();
        assertEquals("start of a split's range is 5, but the end of the one before is 4", gap);
        assertThrows(IllegalArgumentException.class, () -> new Split(List.of()));
        assertThrows(IllegalArgumentException.class, () -> new Range(4, 3));
        assertTrue(new Split(List.of(new Range(0, 4), new Range(4, 8))).inUnitsOf(4));
    }
}
