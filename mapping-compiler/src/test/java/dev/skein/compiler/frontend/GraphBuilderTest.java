package dev.skein.compiler.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.Op;
import dev.skein.compiler.ir.Value;
import dev.skein.compiler.ir.ValueType;
import dev.skein.compiler.ir.Verifier;
import dev.skein.compiler.ir.WeightRef;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphBuilderTest {

    static ModelConfig llama(boolean tied) {
        return new ModelConfig("tiny", Family.QWEN3, 50, 24, 2, 32,
                new ModelConfig.Attention(4, 2, 6, true, false, true),
                new ModelConfig.Mlp(40, Activation.SILU, true, false),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.RMS, 1e-5f),
                new Positions.Rope(10000, Positions.Rope.Style.HALF, 6, new RopeScaling.None()),
                tied, ModelConfig.SpecialTokens.NONE);
    }

    static ModelConfig opt() {
        return new ModelConfig("tiny", Family.OPT, 50, 24, 2, 32,
                new ModelConfig.Attention(4, 4, 6, true, true, false),
                new ModelConfig.Mlp(40, Activation.RELU, false, true),
                new ModelConfig.Norm(ModelConfig.Norm.Kind.LAYER, 1e-5f),
                new Positions.Learned(2), true, ModelConfig.SpecialTokens.NONE);
    }

    private static long parameters(Graph graph) {
        Map<String, WeightRef> refs = new LinkedHashMap<>();
        graph.nodes().forEach(n -> n.op().weights().forEach(w -> refs.put(w.name(), w)));
        refs.remove(GraphBuilder.ROPE);
        return refs.values().stream().mapToLong(WeightRef::elements).sum();
    }

    @Test
    void graphReadsEveryParameterOfTheModel() {
        for (ModelConfig config : new ModelConfig[] {llama(true), llama(false)}) {
            Graph graph = GraphBuilder.build(config);
            assertEquals(config.parameterCount(), parameters(graph));
            assertEquals(32, graph.contextLimit());
            assertEquals(ValueType.last(50), Verifier.verify(graph).get(new Value("logits")));
        }
        Graph graph = GraphBuilder.build(opt());
        assertEquals(opt().parameterCount() - 2 * 24, parameters(graph), "rows before position 0");
        assertEquals(32, graph.contextLimit());
    }

    @Test
    void familiesDifferWhereTheirConfigurationsDo() {
        Graph llama = GraphBuilder.build(llama(false));
        assertTrue(llama.node(new Value("layer.1.q_norm")).op() instanceof Op.Norm n
                && n.groups() == 4 && n.weight().cols() == 6);
        assertTrue(llama.node(new Value("layer.1.act")).op() instanceof Op.Binary);
        assertTrue(llama.node(new Value("head")).op() instanceof Op.Linear l
                && l.weight().name().equals("head.weight"));
        Graph opt = GraphBuilder.build(opt());
        assertTrue(opt.node(new Value("layer.1.act")).op() instanceof Op.Unary);
        assertTrue(opt.node(new Value("head")).op() instanceof Op.Linear l
                && l.weight().name().equals("embed"));
        assertTrue(opt.nodes().stream().noneMatch(n -> n.op() instanceof Op.Rope));
        assertEquals(3, opt.users().get(new Value("layer.0.attn_norm")).size());
    }
}
