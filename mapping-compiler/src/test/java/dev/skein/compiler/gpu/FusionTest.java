package dev.skein.compiler.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.GraphText;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.pass.QuantiseWeights;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What shares a launch, and what does not. */
class FusionTest {
    private static final int CONTEXT = 64;

    private static List<String> kernels(Graph graph) {
        return KernelPlanner.plan(graph, CONTEXT).decode().stream().map(Launch::kernel).toList();
    }

    /** The launches of some nodes between an embedding and the logits. */
    private static List<String> between(String nodes) {
        List<String> all = kernels(GraphText.parse("test", """
                graph "g" stage quantised {
                  %%x = embed table=e[80, 32]
                %s
                  %%last = last_token x=%%y
                  %%head = linear x=%%last weight=head[80, 32] format=w8g16
                  %%logits = output x=%%head
                }
                """.formatted(nodes.indent(2).stripTrailing())));
        assertEquals("embed", all.getFirst());
        assertEquals(List.of("output_rows", "quantise", "dense_w8_token"),
                all.subList(all.size() - 3, all.size()));
        return all.subList(1, all.size() - 3);
    }

    private static List<String> layer(String model, String scheme) {
        List<String> all = kernels(new QuantiseWeights(QuantScheme.parse(scheme)).run(
                GraphBuilder.build(ModelCatalogue.config(model)), PassContext.shapesOnly()));
        int first = all.indexOf("attention_scores");
        int second = first + 1 + all.subList(first + 1, all.size()).indexOf("attention_scores");
        return all.subList(first, second);
    }

    /** Twelve launches, for dense and for sparse weights. */
    @Test
    void aLayerOfLlama() {
        for (String kernel : List.of("dense_w4", "strips")) {
            assertEquals(List.of("attention_scores", "attention_weights", "attention_values",
                    "quantise", kernel + "_token", "rms_norm_quantise", kernel + "_token_gated",
                    "quantise", kernel + "_token", "rms_norm_quantise", kernel + "_token_qkv",
                    "attention_inputs"),
                    layer("llama2-7b", kernel.equals("strips") ? "w4@8:16" : "w4"));
        }
    }

    @Test
    void aLayerOfOpt() {
        assertEquals(List.of("attention_scores", "attention_weights", "attention_values",
                "quantise", "dense_w8_token", "layer_norm_quantise", "dense_w8_token", "quantise",
                "dense_w8_token", "layer_norm_quantise", "dense_w8_token_qkv",
                "attention_inputs"), layer("opt-125m", "w8"));
    }

    /** Heads that are normalised one by one: two launches more. */
    @Test
    void aLayerOfQwen3() {
        assertEquals(List.of("dense_w4_token_qkv", "rms_norm", "rms_norm", "attention_inputs"),
                layer("qwen3-0.6b", "w4").subList(10, 14));
    }

    /** What is turned and read by something else too is computed as it stands. */
    @Test
    void aRopeThatTwoReadIsALaunch() {
        assertEquals(List.of("rope", "rope", "attention_inputs", "attention_scores",
                "attention_weights", "attention_values", "add"), between("""
                %q = rope x=%x heads=2 headDim=16 rotaryDim=16 style=half table=r[64, 16]
                %k = rope x=%x heads=2 headDim=16 rotaryDim=16 style=half table=r[64, 16]
                %a = attention q=%q k=%k v=%x heads=2 kvHeads=2 headDim=16 layer=0 factor=0.25
                %y = binary a=%a b=%q fn=add
                """));
    }

    @Test
    void whatTwoReadIsComputedAsItStands() {
        assertEquals(List.of("quantise", "dense_w4_token", "relu", "add"), between("""
                %a = linear x=%x weight=a[32, 32] format=w4g16
                %r = unary x=%a fn=relu
                %y = binary a=%a b=%r fn=add
                """));
    }

    @Test
    void otherFormatsAreOtherLaunches() {
        assertEquals(List.of("quantise", "dense_w4_token", "dense_w8_token"), between("""
                %a = linear x=%x weight=a[32, 32] format=w4g16
                %b = linear x=%x weight=b[32, 32] format=w8g16
                %y = binary a=%a b=%b fn=mul
                """));
        assertEquals(List.of("quantise", "dense_w4_token_qkv", "strips_token", "silu_mul", "add"),
                between("""
                %a = linear x=%x weight=a[32, 32] format=w4g16
                %b = linear x=%x weight=b[32, 32] format=w4g16
                %c = linear x=%x weight=c[32, 32] format="w4g16@8:16"
                %s = binary a=%a b=%c fn=silu_mul
                %y = binary a=%s b=%b fn=add
                """));
    }

    @Test
    void aGateMayComeAfterItsPartner() {
        assertEquals(List.of("quantise", "dense_w4_token_gated"), between("""
                %up = linear x=%x weight=a[32, 32] format=w4g16
                %gate = linear x=%x weight=b[32, 32] format=w4g16
                %fn = unary x=%gate fn=gelu_tanh
                %y = binary a=%up b=%fn fn=mul
                """));
    }

    /** A residual that is not there yet cannot be added. */
    @Test
    void whatComesLaterIsNotJoined() {
        assertEquals(List.of("quantise", "dense_w4_token", "rms_norm", "add"), between("""
                %a = linear x=%x weight=a[32, 32] format=w4g16
                %n = norm x=%x kind=rms weight=n[1, 32] eps=1.0E-5 groups=1
                %y = binary a=%n b=%a fn=add
                """));
    }
}
