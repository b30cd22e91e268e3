package dev.skein.compiler.fpga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.skein.compiler.compress.QuantScheme;
import dev.skein.compiler.frontend.GraphBuilder;
import dev.skein.compiler.frontend.ModelCatalogue;
import dev.skein.compiler.ir.Graph;
import dev.skein.compiler.ir.PassContext;
import dev.skein.compiler.ir.PassRunner;
import dev.skein.compiler.pass.QuantiseWeights;
import dev.skein.hls.board.Boards;
import dev.skein.hls.isa.BufferSizes;
import dev.skein.hls.isa.Instruction;
import dev.skein.hls.isa.Program;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Shapes of real models mapped to the U280; verification happens inside the compiler. */
class FpgaCompilerTest {
    private static final FpgaTarget U280 = FpgaTarget.of(Boards.load("u280"));

    private static Graph placed(String model, String weights, FpgaTarget target) {
        Graph graph = GraphBuilder.build(ModelCatalogue.config(model));
        return new PassRunner(List.of(new QuantiseWeights(QuantScheme.parse(weights)),
                new Placement(target))).run(graph, PassContext.shapesOnly()).graph();
    }

    @Test
    void mapsBothPhasesOfASmallModel() {
        FpgaPlan plan = FpgaCompiler.compile(placed("smollm2-135m", "w4g16", U280), U280, 512,
                EnumSet.allOf(Phase.class));
        assertEquals(1, plan.program(Phase.DECODE).program().maxTokens());
        assertTrue(plan.memory().maxTokens() > 1);
        assertEquals(plan.memory().maxTokens(),
                plan.program(Phase.PREFILL).program().maxTokens());
        // 134.5 M parameters, all but norms in linear layers or the tied head, at 4.5 bits and a
        // binary32 scale an output channel.
        double bits = plan.memory().weightBytes() * 8.0 / 134.5e6;
        assertTrue(bits > 4.5 && bits < 4.7, "bits a parameter: " + bits);
    }

    @Test
    void llama2GivesWeightsToAllCoresAndElevenHeadsToTheFirst() {
        FpgaPlan plan = FpgaCompiler.compile(placed("llama2-7b", "w4g16", U280), U280, 1344,
                Set.of(Phase.DECODE));
        Program decode = plan.program(Phase.DECODE).program();
        // Four stores a head (K, V and their scales) and layer, and one of logits.
        assertEquals(List.of(4 * 11 * 32 + 1, 4 * 11 * 32 + 1, 4 * 10 * 32 + 1),
                IntStream.range(0, 3).mapToObj(core -> (int) FoldingTest.dispatched(decode, core)
                        .stream().filter(Instruction.Store.class::isInstance).count()).toList());
    }

    @Test
    void longContextsLoopOverTiles() {
        FpgaTarget large = U280.with(new BufferSizes(U280.buffers().actBytes(), 1 << 21,
                U280.buffers().parBytes()));
        FpgaPlan plan = FpgaCompiler.compile(placed("smollm2-135m", "w4g16", large), large, 4096,
                Set.of(Phase.DECODE));
        FpgaTarget small = U280.with(new BufferSizes(U280.buffers().actBytes(), 1 << 18,
                U280.buffers().parBytes()));
        FpgaPlan tiled = FpgaCompiler.compile(placed("smollm2-135m", "w4g16", small), small, 4096,
                Set.of(Phase.DECODE));
        assertEquals(0, loops(plan));
        assertTrue(loops(tiled) > 0);
    }

    private static long loops(FpgaPlan plan) {
        return plan.program(Phase.DECODE).program().streams().getFirst().stream()
                .filter(Instruction.Loop.class::isInstance).count();
    }

    @Test
    void refusesWhatDoesNotFit() {
        var e = assertThrows(FpgaException.class, () -> FpgaCompiler.compile(
                placed("llama2-13b", "w8", U280), U280, 4096, Set.of(Phase.DECODE)));
        assertTrue(e.getMessage().startsWith("llama2-13b does not fit u280: weights, KV cache and"
                + " parameters of core 0 need "), e.getMessage());
        assertTrue(e.getMessage().endsWith("choose fewer --weights bits, a smaller --context or a"
                + " larger board"), e.getMessage());
    }

    @Test
    void refusesAContextBeyondTheModelsPositions() {
        var e = assertThrows(FpgaException.class, () -> FpgaCompiler.compile(
                placed("opt-125m", "w8", U280), U280, 4096, Set.of(Phase.DECODE)));
        assertEquals("context 4096 is longer than the 2048 positions of model opt-125m: choose a"
                + " smaller --context", e.getMessage());
    }

    @Test
    void refusesActivationsThatDoNotFit() {
        FpgaTarget tiny = U280.with(new BufferSizes(1 << 12, 1 << 20, 1 << 16));
        var e = assertThrows(FpgaException.class, () -> FpgaCompiler.compile(
                placed("smollm2-135m", "w4g16", tiny), tiny, 64, Set.of(Phase.DECODE)));
        assertTrue(e.getMessage().contains("the activations of a token need"), e.getMessage());
    }
}
